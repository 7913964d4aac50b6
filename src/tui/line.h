/* tui/line.h: the same session in lines, for a pipe, a dumb terminal, a screen reader.
 *
 * It asks in sentences and takes one line at a time; the end of input ends it like q. */
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include "tui/tui.h"

/* Runs until the learner leaves. With `asks` false it prints where one stands and ends. */
void line_run(struct session *session, const struct start *start, bool asks);

#endif
