#include "support/test.h"

#include "support/answers.h"
#include "support/child.h"

#include "study/study.h"

struct buf answers_right(const char *path, uint64_t seed)
{
    struct course course;
    struct study study;
    struct quiz quiz;
    struct err error;
    struct clock clock = clock_system();
    struct buf input = {0};
    if (!course_open(&course, TEST_COURSE, &error) ||
        !gift_read_file(&quiz, &course.arena, path, GIFT_GRADE, NULL, &error))
        fail_msg("%s", error.text);
    study_init(&study, &course, &clock, NULL, NULL, seed);
    study_quiz(&study, &(struct study_source){&quiz}, 1, 0, false, 0);
    while (study.stage != STUDY_RESULT) {
        const struct question *question = study.ask.question;
        const struct study_ask *ask = &study.ask;
        switch (ask->form) {
        case FORM_CHOOSE_ONE:
        case FORM_CHOOSE_MANY:
            for (size_t i = 0; i < ask->option_count; i++)
                if (question->choices[ask->options[i].origin].fraction > 0)
                    buf_addf(&input, "%zu ", i + 1);
            break;
        case FORM_PAIRS:
            for (size_t c = 0; c < question->choice_count; c++)
                for (size_t i = 0; *question->choices[c].shown && i < ask->option_count; i++)
                    if (ask->options[i].origin == question->choices[c].right)
                        buf_addf(&input, "%s%zu", c ? "\n" : "", i + 1);
            break;
        case FORM_ORDER:
            for (size_t k = 0; k < ask->option_count; k++)
                for (size_t i = 0; i < ask->option_count; i++)
                    if (ask->options[i].origin == k)
                        buf_addf(&input, "%zu ", i + 1);
            break;
        case FORM_NUMBER:
            buf_add_number(&input, question->choices[0].number);
            break;
        case FORM_TEXT:
            buf_add(&input, ask->lines ? "some words\n." : question->choices[0].shown);
            break;
        case FORM_NONE:
            break;
        }
        buf_add(&input, "\n3\n");
        if (ask->lines)
            buf_add(&input, "1\n");
        study_skip(&study);
        study_next(&study);
    }
    study_free(&study);
    course_close(&course);
    return input;
}
