#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BLOCK_SIZE = 1024, ALIGNMENT = 16 };

struct arena_block {
    struct arena_block *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char bytes[];
};

static _Noreturn void out_of_memory(void)
{
    static const char text[] = "nntutor: out of memory\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) {
        /* nothing left to say it with */
    }
    exit(3);
}

void *memory_alloc(size_t size)
{
    void *block = calloc(1, size ? size : 1);
    if (!block)
        out_of_memory();
    return block;
}

void *memory_resize(void *block, size_t size)
{
    void *moved = realloc(block, size ? size : 1);
    if (!moved)
        out_of_memory();
    return moved;
}

void memory_free(void *block)
{
    free(block);
}

void arena_init(struct arena *arena)
{
    *arena = (struct arena){0};
}

/* Frees the list of blocks from `block` up to and without `end`. */
static void free_blocks(struct arena_block *block, const struct arena_block *end)
{
    while (block != end) {
        struct arena_block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(struct arena *arena)
{
    free_blocks(arena->head, NULL);
    *arena = (struct arena){0};
}

void *arena_alloc(struct arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct arena_block *block = arena->head;
    if (!block || block->size - block->used < size) {
        /* Blocks double up to 1 MiB: a big document needs few of them, and a short text little memory. */
        size_t room = block ? block->size * 2 : BLOCK_SIZE;
        if (room > (size_t)1 << 20)
            room = (size_t)1 << 20;
        if (room < size)
            room = size;
        struct arena_block *fresh = memory_alloc(sizeof *fresh + room);
        fresh->size = room;
        arena->total += sizeof *fresh + room;
        if (block && room == size) {
            /* A big item gets a block to itself, behind the one that still has room. */
            fresh->used = size;
            fresh->next = block->next;
            block->next = fresh;
            return fresh->bytes;
        }
        fresh->next = block;
        arena->head = block = fresh;
    }
    void *item = block->bytes + block->used;
    block->used += size;
    return item;
}

struct arena_mark arena_mark(const struct arena *arena)
{
    struct arena_mark mark = {.head = arena->head, .total = arena->total};
    if (arena->head) {
        mark.behind = arena->head->next;
        mark.used = arena->head->used;
    }
    return mark;
}

void arena_release(struct arena *arena, struct arena_mark mark)
{
    free_blocks(arena->head, mark.head);
    arena->head = mark.head;
    arena->total = mark.total;
    if (!mark.head)
        return;
    /* Big items stand behind the block that was the first. */
    free_blocks(mark.head->next, mark.behind);
    mark.head->next = mark.behind;
    memset(mark.head->bytes + mark.used, 0, mark.head->used - mark.used);
    mark.head->used = mark.used;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    if (size && count > SIZE_MAX / 2 / size)
        out_of_memory();
    return arena_alloc(arena, count * size);
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    assert(format);
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1);
    if (length >= 0)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void *arena_grow(struct arena *arena, void *list, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return list;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *moved = arena_array(arena, wanted, size);
    if (count)
        memcpy(moved, list, count * size);
    *capacity = wanted;
    return moved;
}
