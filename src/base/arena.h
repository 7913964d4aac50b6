/* arena.h: memory that is freed all at once.
 *
 * A document, a quiz, a run of a demo lives in one arena that its caller passes in. There is no
 * free for a single piece. Memory is zeroed and aligned for any type. When the machine has no
 * memory left the program says so and exits with 3, the one exit that cmd/ does not decide: the
 * terminal is restored at exit, and every answer is on disk already. Not thread safe. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena {
    struct arena_block *head; /* the block that is being filled */
    size_t total;             /* bytes taken from the system */
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);

/* Gives back what was taken since the mark was set; what is older stays where it is. For work in
 * rounds, each of which needs much memory for a while. */
struct arena_mark {
    struct arena_block *head, *behind; /* the first block and the one after it */
    size_t used, total;
};
struct arena_mark arena_mark(const struct arena *arena);
void arena_release(struct arena *arena, struct arena_mark mark);

/* `size` zeroed bytes; never NULL, also for size 0. */
void *arena_alloc(struct arena *arena, size_t size);

/* Room for `count` items of `size` bytes; ends the program where the product overflows. */
void *arena_array(struct arena *arena, size_t count, size_t size);

char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for one more item in a list that doubles as it grows: returns the (moved) list. */
void *arena_grow(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size);

#define ARENA_NEW(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, count, type) ((type *)arena_array((arena), (count), sizeof(type)))

/* Appends `item` to the list/count/capacity triple. */
#define ARENA_PUSH(arena, list, count, capacity, ...)                                              \
    ((list) = arena_grow((arena), (list), (count), &(capacity), sizeof *(list)),                   \
     (list)[(count)++] = (__VA_ARGS__))

/* malloc and realloc that never return NULL; for the few modules that own a buffer (str, grid). */
void *memory_alloc(size_t size);
void *memory_resize(void *block, size_t size);
void memory_free(void *block);

#endif
