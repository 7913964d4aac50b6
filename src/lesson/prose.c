#include "lesson/prose.h"

#include <ctype.h>
#include <string.h>

/* Words of a sentence so far. A formula, a piece of code and a number count as one word each. */
struct sentence {
    struct source *source;
    int words;
    bool told;
    struct place place; /* of its first word */
};

static void end_sentence(struct sentence *s)
{
    if (s->words > PROSE_WORDS_MOST)
        source_find(s->source, LINT_LONG_SENTENCE, s->place, "make two of it",
                    "a sentence of %d words", s->words);
    s->words = 0;
}

static bool is_abbreviation(struct str word)
{
    static const char *const list[] = {"e.g.", "i.e.", "vs.", "cf.",
                                       "al.",  "Fig.", "Eq.", "approx."};
    if (word.length && word.text[0] == '(') {
        word.text++;
        word.length--;
    }
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (str_is(word, list[i]))
            return true;
    return false;
}

/* A full stop, perhaps inside a closing bracket or quotation mark. */
static bool ends_sentence(struct str word)
{
    size_t end = word.length;
    while (end && strchr(")\"'", word.text[end - 1]))
        end--;
    return end && strchr(".!?", word.text[end - 1]) && !is_abbreviation(word);
}

static bool has_letter(struct str word)
{
    for (size_t i = 0; i < word.length; i++)
        if (isalnum((unsigned char)word.text[i]) || (unsigned char)word.text[i] >= 0x80)
            return true;
    return false;
}

static void add_words(struct sentence *s, const char *text, struct place place)
{
    struct str rest = str_of(text);
    for (struct str word; (word = str_word(&rest)).length;) {
        if (!s->words) {
            s->place = place;
            s->place.column += (int)(word.text - text);
        }
        s->words += has_letter(word);
        if (ends_sentence(word))
            end_sentence(s);
    }
}

static void check_spans(struct source *source, const struct span *spans, size_t count)
{
    struct sentence sentence = {.source = source};
    for (size_t i = 0; i < count; i++) {
        switch (spans[i].kind) {
        case SPAN_CODE:
        case SPAN_MATH:
        case SPAN_LIVE:
            if (!sentence.words++)
                sentence.place = spans[i].place;
            break;
        case SPAN_BREAK:
            break;
        default:
            add_words(&sentence, spans[i].text, spans[i].place);
            break;
        }
    }
    end_sentence(&sentence);
}

void prose_check_blocks(struct source *source, const struct block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (blocks[i].kind == BLOCK_PARAGRAPH || blocks[i].kind == BLOCK_ITEM ||
            blocks[i].kind == BLOCK_QUOTE)
            check_spans(source, blocks[i].spans, blocks[i].span_count);
}

void prose_check_text(struct source *source, const char *text, struct place place)
{
    if (!text)
        return;
    struct sentence sentence = {.source = source};
    add_words(&sentence, text, place);
    end_sentence(&sentence);
}
