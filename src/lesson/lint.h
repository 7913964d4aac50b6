/* lesson/lint.h: what can be wrong in a lesson.
 *
 * Every mistake has a row in one table (lint.c): its stable code, how grave it is, and what it
 * means. Nothing here decides whether a text is wrong; the readers do, and call source_find. */
#ifndef LESSON_LINT_H
#define LESSON_LINT_H

#include "base/finding.h"

enum lint {
    /* bytes and characters */
    LINT_BAD_BYTES,
    LINT_CONTROL,
    LINT_INVISIBLE,
    LINT_UNKNOWN_WIDTH,
    LINT_MARKS,
    LINT_TAB,
    LINT_UNCERTAIN_WIDTH,
    LINT_TOO_BIG,
    /* Markdown */
    LINT_SETEXT,
    LINT_EMPTY_HEADING,
    LINT_INDENTED_CODE,
    LINT_RAW_HTML,
    LINT_IMAGE,
    LINT_UNCLOSED_FENCE,
    LINT_DEEP,
    LINT_BUDGET,
    LINT_ENTITY,
    LINT_LONG_SENTENCE,
    /* maths and live numbers */
    LINT_MATHS_SPACE,
    LINT_MATHS_PIPE,
    LINT_MATHS_COMMAND,
    LINT_LIVE,
    /* the chapter */
    LINT_NO_TITLE,
    LINT_SECOND_TITLE,
    LINT_NO_CHAPTER_BLOCK,
    LINT_CHAPTER_LINE,
    LINT_CHAPTER_MISSING,
    LINT_BEFORE_SECTION,
    LINT_SECTION_NUMBER,
    LINT_SECTION_ORDER,
    LINT_SECTION_TWICE,
    LINT_EMPTY_STEP,
    LINT_FILE_NAME,
    LINT_OBJECTIVE,
    LINT_NO_SECTION,
    /* directives */
    LINT_UNKNOWN_DIRECTIVE,
    LINT_INFO_ESCAPE,
    LINT_DIRECTIVE_PLACE,
    LINT_ARGUMENT,
    LINT_DIRECTIVE_LINE,
    LINT_REFERENCE,
    LINT_TOLERANCE,
    LINT_QUESTION,
    LINT_ORDER,
    LINT_OPTIONS,
    LINT_FEEDBACK,
    LINT_SEE,
    LINT_FORMAT,
    LINT_QUIZ_KEY,
    LINT_BODY,
    LINT_MYTH,
    LINT_LIST,
    /* other files of a course */
    LINT_GLOSSARY,
    LINT_COURSE,
    LINT_COUNT,
};

struct lint_row {
    const char *code;
    enum severity severity;
    const char *means;
};

const struct lint_row *lint_row(enum lint lint);

#endif
