/** The key that seals codes and cookies in the benchmarks. */
export const houseKey = 'a house key for the benchmarks only'
