/* output.h: results into files that appear whole or not at all; private to the room. */
#ifndef GRADE_OUTPUT_H
#define GRADE_OUTPUT_H

#include "grade/results.h"

struct output;

/* NULL with err. */
struct output *output_open(const struct grade_job *job, const struct sheet *sheets,
                           struct err *err);
bool output_write(struct output *output, size_t quiz, const char *bytes, size_t size,
                  struct err *err);
/* Gives the files their names. */
bool output_finish(struct output *output, struct err *err);
/* Frees it; files that were not finished are gone. */
void output_close(struct output *output);

#endif
