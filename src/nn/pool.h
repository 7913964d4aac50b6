/* pool.h: the hands that compute: some threads and one set of instructions.
 *
 * Work is cut into contiguous ranges of rows, and whoever is free takes one. Rows never depend
 * on one another and no sum is ever split, so the bits of a result do not depend on how many threads
 * there are or which of them did what. NULL in place of a pool means: this thread, the best instructions. */
#ifndef NN_POOL_H
#define NN_POOL_H

#include <stddef.h>

/* What vector instructions the kernels may use. */
enum simd { SIMD_PORTABLE, SIMD_AVX2, SIMD_AVX512 };

/* The best that this processor has. */
enum simd simd_best(void);
const char *simd_name(enum simd simd); /* "portable", "avx2", "avx512" */

struct pool;

enum { POOL_MOST_THREADS = 64 };

/* `threads` is 1 to 64 with the caller's own; fewer are used where the system gives fewer. */
struct pool *pool_open(int threads, enum simd simd);
void pool_close(struct pool *pool); /* NULL is fine */

/* How many processors this process may use, but no more than `most`. */
int pool_processors(int most);

int pool_threads(const struct pool *pool);
enum simd pool_simd(const struct pool *pool);

/* Calls work(user, from, to) so that 0..count-1 is covered once; all ranges but the last are a
 * multiple of `grain` long. Returns when all is done. Work must not call pool_run itself. */
typedef void pool_work(void *user, size_t from, size_t to);
void pool_run(struct pool *pool, size_t count, size_t grain, pool_work *work, void *user);

#endif
