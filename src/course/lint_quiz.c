/* What can be said of questions: that they point at what exists, that every answer is answered, and
 * that nobody finds the key without knowing the matter. */
#include "course/lint.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

/* ---- tags ------------------------------------------------------------------------------------ */

static bool has_objective(const struct chapter *chapter, const char *id)
{
    for (size_t i = 0; i < chapter->objective_count; i++)
        if (strcmp(chapter->objectives[i].id, id) == 0)
            return true;
    return false;
}

static void check_bloom(struct lint *lint, const struct question *question, const char *level)
{
    static const char *const levels[] = {"remember", "understand", "apply",
                                         "analyse",  "evaluate",   "create"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
        if (strcmp(level, levels[i]) == 0)
            return;
    lint_warn(lint, "C408", (struct place){question->line, 1},
              "the levels are remember, understand, apply, analyse, evaluate, create",
              "question %s: no level of Bloom is called \"%s\"", question->key, level);
}

static void check_tags(struct lint *lint, const struct question *question)
{
    struct place at = {question->line, 1};
    const char *value;
    size_t chapter, section;
    for (size_t i = 0; (value = question_tag(question, "objective:", i)); i++) {
        bool known = false;
        for (size_t c = 0; c < lint->course->chapter_count; c++)
            known = known || has_objective(&lint->course->chapters[c].lesson, value);
        if (!known)
            lint_error(lint, "C203", at, NULL, "question %s: no chapter has the objective %s",
                       question->key, value);
    }
    for (size_t i = 0; (value = question_tag(question, "section:", i)); i++)
        if (!course_find_section(lint->course, value, &chapter, &section))
            lint_error(lint, "C204", at, NULL, "question %s: there is no section %s", question->key,
                       value);
    for (size_t i = 0; (value = question_tag(question, "demo:", i)); i++)
        if (strcmp(value, COURSE_NO_DEMO) != 0 &&
            !course_find_demo(lint->course, value, &(struct course_place){0}))
            lint_error(lint, "C207", at, NULL,
                       "question %s: no step of this course runs the demo %s", question->key,
                       value);
    for (size_t i = 0; (value = question_tag(question, "bloom:", i)); i++)
        check_bloom(lint, question, value);
}

/* Where most questions of a quiz are tagged, one without is an oversight: its miss would name nothing
 * to read again. */
static void check_untagged(struct lint *lint, const struct quiz *quiz, const char *prefix)
{
    size_t tagged = 0, all = 0;
    for (size_t i = 0; i < quiz->count; i++) {
        all += quiz->questions[i].kind != QUESTION_DESCRIPTION;
        tagged += question_tag(&quiz->questions[i], prefix, 0) != NULL;
    }
    for (size_t i = 0; i < quiz->count && tagged * 2 > all; i++) {
        const struct question *question = &quiz->questions[i];
        if (question->kind != QUESTION_DESCRIPTION && !question_tag(question, prefix, 0))
            lint_warn(lint, "C409", (struct place){question->line, 1},
                      "tag it as the others of this quiz are tagged", "question %s has no tag %s",
                      question->key, prefix);
    }
}

/* ---- feedback -------------------------------------------------------------------------------- */

static bool is_choice(const struct question *question)
{
    return question->kind == QUESTION_ONE_CHOICE || question->kind == QUESTION_CHOICES;
}

static void check_feedback(struct lint *lint, const struct question *question)
{
    struct place at = {question->line, 1};
    size_t wrong = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        bool silent = !choice->feedback.text || !*choice->feedback.text;
        if ((is_choice(question) || question->kind == QUESTION_TRUE_FALSE) && silent)
            lint_error(lint, "C401", (struct place){choice->line ? choice->line : at.line, 1},
                       "write # and what it shows behind the option",
                       "question %s: an option has no feedback", question->key);
        wrong += question->kind == QUESTION_NUMERIC && choice->fraction < 1 && !silent;
    }
    if (question->kind == QUESTION_NUMERIC && wrong < 2)
        lint_error(lint, "C402", at, "add =%0%VALUE#feedback for the slips to expect",
                   "question %s: fewer than two wrong numbers have feedback", question->key);
    if (question->kind == QUESTION_ESSAY && question_ticks(question, NULL, 0) == 0)
        lint_warn(lint, "C410", at, "write #### and lines that begin with \"- \" as its answer",
                  "question %s: an open question without a list to tick off", question->key);
}

/* ---- options (pedagogy: three or four that are plausible, and no outward sign of the key) ------ */

static bool is_of_the_above(const char *text)
{
    static const char *const ends[] = {"of the above", "of these", "of them"};
    char folded[64];
    size_t length = strlen(text);
    while (length && (text[length - 1] == '.' || isspace((unsigned char)text[length - 1])))
        length--;
    if (length >= sizeof folded)
        return false;
    for (size_t i = 0; i < length; i++)
        folded[i] = (char)tolower((unsigned char)text[i]);
    folded[length] = '\0';
    if (strncmp(folded, "all ", 4) != 0 && strncmp(folded, "none ", 5) != 0 &&
        strncmp(folded, "both ", 5) != 0)
        return false;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (length >= end && strcmp(folded + length - end, ends[i]) == 0)
            return true;
    }
    return false;
}

static void check_options(struct lint *lint, const struct question *question)
{
    size_t most = question->kind == QUESTION_ONE_CHOICE ? 5 : 7;
    if (question->choice_count < 3 || question->choice_count > most)
        lint_warn(lint, "C405", (struct place){question->line, 1},
                  "three or four that a learner could believe are enough",
                  "question %s has %zu options", question->key, question->choice_count);
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct choice *choice = &question->choices[i];
        if (is_of_the_above(choice->shown))
            lint_warn(lint, "C406", (struct place){choice->line ? choice->line : question->line, 1},
                      "options are shuffled, and it tests logic more than the matter",
                      "question %s: the option \"%s\"", question->key, choice->shown);
    }
}

static size_t key_place(const struct question *question)
{
    for (size_t i = 0; i < question->choice_count; i++)
        if (question->choices[i].fraction > 0.999)
            return i;
    return SIZE_MAX;
}

/* Does the key stand out as the longest option? */
static bool key_is_longest(const struct question *question)
{
    size_t key = 0, other = 0;
    for (size_t i = 0; i < question->choice_count; i++) {
        size_t length = strlen(question->choices[i].text.text);
        size_t *longest = question->choices[i].fraction > 0.999 ? &key : &other;
        if (length > *longest)
            *longest = length;
    }
    return key > other;
}

static void check_lengths(struct lint *lint, const struct quiz *quiz)
{
    size_t choices = 0, longest = 0;
    for (size_t i = 0; i < quiz->count; i++)
        if (quiz->questions[i].kind == QUESTION_ONE_CHOICE) {
            choices++;
            longest += key_is_longest(&quiz->questions[i]);
        }
    if (choices >= 4 && longest * 10 > choices * 4)
        lint_warn(lint, "C403", (struct place){1, 1},
                  "make the others as long, or the key shorter; reasons belong in the feedback",
                  "the key is the longest option in %zu of %zu questions", longest, choices);
}

/* A place that holds the key more often than chance would put it there: over its mean by more than
 * 2.3 standard deviations, which chance alone does to about one place in fifty. */
static void check_places(struct lint *lint, const struct quiz *quiz)
{
    enum { PLACES = 8 };
    for (size_t place = 0; place < PLACES; place++) {
        double mean = 0, variance = 0;
        size_t held = 0, questions = 0;
        for (size_t i = 0; i < quiz->count; i++) {
            const struct question *question = &quiz->questions[i];
            if (question->kind != QUESTION_ONE_CHOICE || question->choice_count <= place)
                continue;
            double chance = 1.0 / (double)question->choice_count;
            mean += chance;
            variance += chance * (1 - chance);
            held += key_place(question) == place;
            questions++;
        }
        if (questions >= 4 && (double)held > mean + 2.3 * sqrt(variance))
            lint_warn(lint, "C407", (struct place){1, 1}, "spread the keys over the places",
                      "option %c is the key in %zu of %zu questions", (char)('A' + place), held,
                      questions);
    }
}

void course_lint_quiz(struct course *course, const struct quiz *quiz, struct findings *findings)
{
    struct lint lint = {.course = course, .findings = findings, .file = quiz->file};
    for (size_t i = 0; i < quiz->count; i++) {
        const struct question *question = &quiz->questions[i];
        check_tags(&lint, question);
        check_feedback(&lint, question);
        if (is_choice(question))
            check_options(&lint, question);
    }
    check_untagged(&lint, quiz, "objective:");
    check_untagged(&lint, quiz, "section:");
    check_lengths(&lint, quiz);
    check_places(&lint, quiz);
}
