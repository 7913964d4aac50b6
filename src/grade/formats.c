/* The formats, in and out. A new one is a file with its row, and a line here and in its header. */
#include "grade/answers.h"
#include "grade/results.h"

#include <string.h>

const struct answer_format *const answer_formats[] = {
    &answers_results, &answers_ndjson, &answers_moodle, &answers_google, &answers_csv,
};
const size_t answer_format_count = sizeof answer_formats / sizeof *answer_formats;

const struct result_format *const result_formats[] = {
    &results_ndjson, &results_csv,      &results_gradescope, &results_canvas,
    &results_moodle, &results_nbgrader, &results_junit,      &results_tap,
};
const size_t result_format_count = sizeof result_formats / sizeof *result_formats;

const struct result_format *result_format_find(const char *name)
{
    for (size_t i = 0; i < result_format_count; i++)
        if (strcmp(result_formats[i]->name, name) == 0)
            return result_formats[i];
    return NULL;
}

const char *result_format_name(size_t i)
{
    return i < result_format_count ? result_formats[i]->name : NULL;
}

const char *answer_format_name(size_t i)
{
    return i < answer_format_count ? answer_formats[i]->name : NULL;
}

bool result_format_needs_folder(const struct result_format *format, size_t quizzes)
{
    return format->one_each || (quizzes > 1 && !format->together);
}
