#include "lesson/lint.h"

#include <assert.h>

#define ERROR SEVERITY_ERROR
#define WARN SEVERITY_WARNING

/* Codes are stable: scripts and authors know them. A new one takes a new number. */
/* clang-format off */
static const struct lint_row rows[LINT_COUNT] = {
    [LINT_BAD_BYTES]         = {"L001", ERROR, "a byte that is not UTF-8"},
    [LINT_CONTROL]           = {"L002", ERROR, "a control character"},
    [LINT_INVISIBLE]         = {"L003", ERROR, "a character that hides, joins or reorders text"},
    [LINT_UNKNOWN_WIDTH]     = {"L004", ERROR, "a character that no terminal is sure to show"},
    [LINT_MARKS]             = {"L005", ERROR, "a combining mark without a letter, or a fifth one"},
    [LINT_TAB]               = {"L006", WARN,  "a tab"},
    [LINT_UNCERTAIN_WIDTH]   = {"L007", WARN,  "a character that terminals give different widths"},
    [LINT_TOO_BIG]           = {"L008", ERROR, "a file of more bytes than a lesson may have"},

    [LINT_SETEXT]            = {"L010", ERROR, "a heading made by underlining"},
    [LINT_EMPTY_HEADING]     = {"L011", ERROR, "a heading without words"},
    [LINT_INDENTED_CODE]     = {"L012", ERROR, "code by indentation"},
    [LINT_RAW_HTML]          = {"L013", ERROR, "HTML, which is shown as it is written"},
    [LINT_IMAGE]             = {"L014", ERROR, "a picture, which a terminal cannot show"},
    [LINT_UNCLOSED_FENCE]    = {"L015", ERROR, "a fence that nothing closes"},
    [LINT_DEEP]              = {"L016", ERROR, "lists or quotations nested too deeply"},
    [LINT_BUDGET]            = {"L017", ERROR, "Markdown that unfolds to many times its size"},
    [LINT_ENTITY]            = {"L018", WARN,  "an entity nobody knows"},
    [LINT_LONG_SENTENCE]     = {"L019", WARN,  "a sentence of 25 words or more"},

    [LINT_MATHS_SPACE]       = {"L020", ERROR, "a formula that begins or ends with a blank"},
    [LINT_MATHS_PIPE]        = {"L021", ERROR, "a | inside maths in a table"},
    [LINT_MATHS_COMMAND]     = {"L022", ERROR, "a maths command that cannot be shown"},
    [LINT_LIVE]              = {"L023", ERROR, "a live number without demo or result"},

    [LINT_NO_TITLE]          = {"L030", ERROR, "no title"},
    [LINT_SECOND_TITLE]      = {"L031", ERROR, "a second title"},
    [LINT_NO_CHAPTER_BLOCK]  = {"L032", ERROR, "no chapter block, or a second one"},
    [LINT_CHAPTER_LINE]      = {"L033", ERROR, "a line of the chapter block that says nothing"},
    [LINT_CHAPTER_MISSING]   = {"L034", ERROR, "a chapter block without id, minutes or objectives"},
    [LINT_BEFORE_SECTION]    = {"L035", ERROR, "text before the first section"},
    [LINT_SECTION_NUMBER]    = {"L036", ERROR, "a section without a number, or of another chapter"},
    [LINT_SECTION_ORDER]     = {"L037", ERROR, "a section out of order"},
    [LINT_SECTION_TWICE]     = {"L038", ERROR, "a section number used twice"},
    [LINT_EMPTY_STEP]        = {"L039", WARN,  "a step or a section with nothing in it"},
    [LINT_FILE_NAME]         = {"L040", WARN,  "a file name that is not NN-slug.md"},
    [LINT_OBJECTIVE]         = {"L041", ERROR, "an objective without a good id, or one used twice"},
    [LINT_NO_SECTION]        = {"L042", ERROR, "a chapter without a section"},

    [LINT_UNKNOWN_DIRECTIVE] = {"L050", ERROR, "a fence whose word is no directive and no language"},
    [LINT_INFO_ESCAPE]       = {"L051", ERROR, "a backslash or & after a directive's fence"},
    [LINT_DIRECTIVE_PLACE]   = {"L052", ERROR, "a directive where it has no meaning"},
    [LINT_ARGUMENT]          = {"L053", ERROR, "an argument that is not NAME knob=value"},
    [LINT_DIRECTIVE_LINE]    = {"L054", ERROR, "a line of a directive that says nothing"},
    [LINT_REFERENCE]         = {"L055", ERROR, "a reference that is not RESULT[index]"},
    [LINT_TOLERANCE]         = {"L056", ERROR, "a tolerance that is not 10%, 0.5 or x3"},
    [LINT_QUESTION]          = {"L057", ERROR, "a prediction or line without its text"},
    [LINT_ORDER]             = {"L058", ERROR, "a predict-order that names fewer than two things"},
    [LINT_OPTIONS]           = {"L059", ERROR, "options without a right one, or with too many"},
    [LINT_FEEDBACK]          = {"L060", ERROR, "an option without its feedback"},
    [LINT_SEE]               = {"L061", ERROR, "a {...} that cannot be filled in"},
    [LINT_FORMAT]            = {"L062", ERROR, "a number format that is not like %.2f"},
    [LINT_QUIZ_KEY]          = {"L063", ERROR, "a question key that is none"},
    [LINT_BODY]              = {"L064", ERROR, "a directive without a body, or with one too many"},
    [LINT_MYTH]              = {"L065", ERROR, "a myth with a part missing or wrong"},
    [LINT_LIST]              = {"L066", ERROR, "a directive that wants a Markdown list"},

    [LINT_GLOSSARY]          = {"L070", ERROR, "a glossary entry that cannot be linked to"},
    [LINT_COURSE]            = {"L071", ERROR, "a course page without title, id or language"},
};
/* clang-format on */

const struct lint_row *lint_row(enum lint lint)
{
    assert(lint < LINT_COUNT && rows[lint].code);
    return &rows[lint];
}
