/* grade/convert.h: quizzes in the formats of other programs.
 *
 * A format is one file and one line in convert.c. What a format cannot carry is a finding for each
 * question, never a silence. */
#ifndef GRADE_CONVERT_H
#define GRADE_CONVERT_H

#include "quiz/quiz.h"

struct conversion {
    struct findings *findings; /* what is lost: W400; what is left out: E400 */
    const char *format;
    bool no_key; /* handout: without the key's sheet */
};

struct quiz_format {
    const char *name;
    bool one_quiz; /* its output holds one quiz */
    /* Whether the bytes look like it. NULL: say so with --from. */
    bool (*claims)(const char *bytes, size_t size);
    /* Reads bytes (hostile) as gift_read does. NULL: it is only written. */
    bool (*read)(struct quiz *quiz, struct arena *arena, const char *file, const char *bytes,
                 size_t size, struct findings *findings);
    void (*write)(const struct quiz *quiz, const struct conversion *conversion, struct buf *out);
};

extern const struct quiz_format quiz_gift, quiz_moodlexml, quiz_text2qti, quiz_blackboard,
    quiz_aiken, quiz_json, quiz_handout;

const struct quiz_format *quiz_format_find(const char *name); /* NULL */
const char *quiz_format_name(size_t i);                       /* NULL after the last */
/* The format of these bytes: GIFT where no other claims them. */
const struct quiz_format *quiz_format_of(const char *bytes, size_t size);

/* ---- for the formats ------------------------------------------------------------------------------ */

/* The question arrives without this. */
void convert_lost(const struct conversion *conversion, const struct quiz *quiz,
                  const struct question *question, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The question does not arrive at all. */
void convert_left_out(const struct conversion *conversion, const struct quiz *quiz,
                      const struct question *question, const char *why);

/* Makes questions of drafts, which have kind, id, title, stem, general_feedback, choices (text,
 * fraction, feedback, match, tolerance), points, tags and hint, and no text that is NULL. A draft
 * that cannot be a question is left out with a finding at its line. */
void convert_finish(struct quiz *quiz, struct arena *arena, const char *file,
                    struct question *drafts, size_t count, struct findings *findings);

/* Text as it stands on one line, clean: blanks for line ends. */
void convert_add_line(struct buf *out, const struct quiz_text *text);

#endif
