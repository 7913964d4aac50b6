/* Marks one answer as Moodle's question classes do (fractions and states). */
#include "quiz/types.h"

#include "base/json.h"

#include <string.h>

const char *mark_state_name(enum mark_state state)
{
    static const char *const names[] = {
        [MARK_RIGHT] = "right",
        [MARK_PARTIAL] = "partial",
        [MARK_WRONG] = "wrong",
        [MARK_GAVE_UP] = "gaveup",
        [MARK_NEEDS_GRADING] = "needsgrading",
    };
    return names[state];
}

struct mark mark_of_fraction(double fraction, const struct choice *choice)
{
    const double almost = 0.000001;
    enum mark_state state = fraction < almost       ? MARK_WRONG
                            : fraction > 1 - almost ? MARK_RIGHT
                                                    : MARK_PARTIAL;
    return (struct mark){.state = state, .fraction = fraction, .choice = choice};
}

bool answer_says_something(const struct question *question, const struct answer *answer)
{
    if (!answer->given)
        return false;
    switch (question_form(question)) {
    case FORM_TEXT:
    case FORM_NUMBER:
        return answer->text && *answer->text;
    case FORM_CHOOSE_ONE:
    case FORM_CHOOSE_MANY:
        for (size_t i = 0; i < answer->count; i++)
            if (answer->chosen[i] >= question->choice_count)
                return false;
        return answer->count > 0;
    case FORM_PAIRS:
    case FORM_ORDER:
        for (size_t i = 0; i < answer->count; i++)
            if (answer->chosen[i] != SIZE_MAX)
                return true;
        return false;
    case FORM_NONE:
        break;
    }
    return false;
}

struct mark mark_answer(const struct question *question, const struct answer *answer)
{
    if (!answer_says_something(question, answer))
        return (struct mark){.state = MARK_GAVE_UP};
    return question_type_of(question)->mark(question, answer);
}

/* ---- answers from texts ----------------------------------------------------------------------- */

/* A letter A.. by position, else a number from 1; SIZE_MAX. */
static size_t by_position(const char *text, size_t count)
{
    int64_t number;
    size_t index = SIZE_MAX;
    if (text[0] >= 'A' && text[0] <= 'Z' && !text[1])
        index = (size_t)(text[0] - 'A');
    else if (text[0] >= '0' && text[0] <= '9' && str_integer(str_of(text), &number) && number > 0)
        index = (size_t)number - 1;
    return index < count ? index : SIZE_MAX;
}

/* True and false in the ways people write them. */
static size_t by_verdict(const char *text)
{
    static const char *const words[2][4] = {{"true", "True", "TRUE", "T"},
                                            {"false", "False", "FALSE", "F"}};
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 4; j++)
            if (strcmp(text, words[i][j]) == 0)
                return i;
    return SIZE_MAX;
}

static size_t find_choice(const struct question *question, const char *text)
{
    for (size_t i = 0; i < question->choice_count; i++)
        if (strcmp(question->choices[i].text.text, text) == 0)
            return i;
    for (size_t i = 0; i < question->choice_count; i++)
        if (strcmp(question->choices[i].shown, text) == 0)
            return i;
    size_t verdict = question->kind == QUESTION_TRUE_FALSE ? by_verdict(text) : SIZE_MAX;
    return verdict != SIZE_MAX ? verdict : by_position(text, question->choice_count);
}

static bool is_stem(const struct choice *choice)
{
    return *choice->text.text != '\0';
}

/* The number of the stem among the stems. */
static size_t find_stem(const struct question *question, const char *text)
{
    for (int shown = 0; shown < 2; shown++) {
        size_t stem = 0;
        for (size_t i = 0; i < question->choice_count; i++) {
            const struct choice *choice = &question->choices[i];
            if (is_stem(choice) && strcmp(shown ? choice->shown : choice->text.text, text) == 0)
                return stem;
            stem += is_stem(choice);
        }
    }
    return by_position(text, question_stems(question, NULL, 0));
}

static size_t find_right(const struct question *question, const char *text)
{
    for (size_t i = 0; i < question->right_count; i++)
        if (strcmp(question->rights[i], text) == 0)
            return i;
    return by_position(text, question->right_count);
}

static bool refuse(struct answer *answer, struct err *err, const char *what, const char *text,
                   size_t count)
{
    *answer = (struct answer){0};
    if (count == 0)
        return err_set(err, "no %s \"%.60s\"", what, text);
    if (count > 26)
        return err_set(err, "no %s \"%.60s\"; %ss are 1-%zu", what, text, what, count);
    return err_set(err, "no %s \"%.60s\"; %ss are A-%c", what, text, what, (char)('A' + count - 1));
}

static bool choose(struct answer *answer, const struct question *question, const struct said *said,
                   size_t count, size_t *slots, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!said[i].text || !*said[i].text)
            continue;
        size_t choice = find_choice(question, said[i].text);
        if (choice == SIZE_MAX)
            return refuse(answer, err, "choice", said[i].text, question->choice_count);
        slots[answer->count++] = choice;
    }
    if (question_form(question) == FORM_CHOOSE_ONE && answer->count > 1) {
        *answer = (struct answer){0};
        return err_set(err, "%zu choices where one is asked for", count);
    }
    return true;
}

static bool pair_up(struct answer *answer, const struct question *question, const struct said *said,
                    size_t count, size_t *slots, struct err *err)
{
    answer->count = question_stems(question, NULL, 0);
    for (size_t i = 0; i < answer->count; i++)
        slots[i] = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        size_t stem = said[i].stem ? find_stem(question, said[i].stem) : i;
        if (stem >= answer->count)
            return refuse(answer, err, "left side", said[i].stem ? said[i].stem : said[i].text,
                          answer->count);
        if (!said[i].text || !*said[i].text)
            continue;
        slots[stem] = find_right(question, said[i].text);
        if (slots[stem] == SIZE_MAX)
            return refuse(answer, err, "right side", said[i].text, question->right_count);
    }
    return true;
}

static bool put_in_order(struct answer *answer, const struct question *question,
                         const struct said *said, size_t count, size_t *slots, struct err *err)
{
    size_t items = question_stems(question, NULL, 0);
    for (size_t i = 0; i < count; i++) {
        if (i >= items) {
            *answer = (struct answer){0};
            return err_set(err, "more than the %zu items there are", items);
        }
        bool blank = !said[i].text || !*said[i].text;
        slots[answer->count] = blank ? SIZE_MAX : find_stem(question, said[i].text);
        if (!blank && slots[answer->count] == SIZE_MAX)
            return refuse(answer, err, "item", said[i].text, items);
        answer->count++;
    }
    return true;
}

bool answer_from_texts(struct answer *answer, const struct question *question,
                       const struct said *said, size_t count, size_t *slots, struct err *err)
{
    *answer = (struct answer){.chosen = slots};
    bool good = true;
    switch (question_form(question)) {
    case FORM_NONE:
        break;
    case FORM_TEXT:
    case FORM_NUMBER:
        if (count > 1) {
            good = err_set(err, "%zu answers where one is asked for", count);
            break;
        }
        answer->text = count && said[0].text ? said[0].text : "";
        break;
    case FORM_CHOOSE_ONE:
    case FORM_CHOOSE_MANY:
        good = choose(answer, question, said, count, slots, err);
        break;
    case FORM_PAIRS:
        good = pair_up(answer, question, said, count, slots, err);
        break;
    case FORM_ORDER:
        good = put_in_order(answer, question, said, count, slots, err);
        break;
    }
    answer->given = good;
    answer->given = good && answer_says_something(question, answer);
    return good;
}

bool answer_read_json(const struct question *question, const char *json, struct arena *arena,
                      struct answer *answer)
{
    struct json_reader reader;
    enum json_event event;
    struct said *list = NULL;
    size_t count = 0, capacity = 0;
    const char *stem = NULL;
    struct err ignored;
    json_open(&reader, json, strlen(json));
    while ((event = json_next(&reader)) != JSON_END && event != JSON_ERROR) {
        const char *text = arena_strdup(arena, buf_text(&reader.text));
        if (event == JSON_KEY) {
            stem = text;
        } else if (event == JSON_STRING || event == JSON_TRUE || event == JSON_FALSE) {
            struct said said = {stem, event == JSON_TRUE    ? "true"
                                      : event == JSON_FALSE ? "false"
                                                            : text};
            ARENA_PUSH(arena, list, count, capacity, said);
        }
    }
    json_close(&reader);
    size_t room = question->choice_count > count ? question->choice_count : count;
    size_t *slots = ARENA_ARRAY(arena, room + 1, size_t);
    return event == JSON_END && answer_from_texts(answer, question, list, count, slots, &ignored) &&
           answer->given;
}
