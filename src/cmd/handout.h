/* handout.h: the questions of a class on paper, for a room without machines: items, then the key on a
 * sheet of its own. */
#ifndef CMD_HANDOUT_H
#define CMD_HANDOUT_H

#include "cmd/cmd.h"

/* What a presentation of the chapter asks, in that order: the questions of its steps and the concept
 * tests of its notes. Only of one section where `has_section`. */
enum exit_code handout_of_chapter(const struct cmd_call *call, struct course *course,
                                  size_t chapter, size_t section, bool has_section);
/* A quiz on paper, to a file, or NULL: standard output. */
enum exit_code handout_write(const struct quiz *quiz, const char *path, bool no_key);

#endif
