/** Data is spread over this many buckets; a table, not arithmetic, says which lot lives in which (scale.md 1.7). */
export const bucketCount = 256
