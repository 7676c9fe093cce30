/** What stands for paths in the commands by which a runtime makes environments (seed 004). */
export const placeholders = ['pack_dir', 'env_dir', 'interpreter', 'manifest_path'] as const;

export type Placeholder = (typeof placeholders)[number];
