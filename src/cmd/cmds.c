#include "cmd/cmd.h"

const struct option_spec common_options[] = {
    {"course", "DIR",
     "the course's folder (default: $NNTUTOR_COURSE, or the one beside the program)"},
    {"store", "FILE", "where your answers are kept (default: $XDG_DATA_HOME/nntutor/progress.db)"},
    {"plain", NULL, "line by line, without a screen"},
    {"color", "WHEN", "auto, always or never (NO_COLOR is heeded)"},
    {"ascii", NULL, "only ASCII characters"},
    {"seed", "N", "chooses the chances: demos take 1, quizzes a fresh one, which they print"},
    {"log", "FILE", "write a log for the makers of the program"},
    {"help", NULL, "this help"},
    {"version", NULL, "the version"},
    {0},
};

static const struct option_spec show_options[] = {
    {"notes", NULL, "the instructor's notes too"},
    {"width", "N", "columns (default: the terminal's, at most 78)"},
    {0},
};

static const struct option_spec demo_options[] = {
    {"json", NULL, "one JSON object: parameters and results"},
    {"size", "WxH", "size of the picture in columns and rows"},
    {"every", "N", "a line each N units of work"},
    {0},
};

static const struct option_spec quiz_options[] = {
    {"shuffle", NULL, "the questions in a random order too"},
    {"count", "N", "at most N questions"},
    {"pass", "PERCENT", "the mark to pass; below it the exit code is 1"},
    {"missed", NULL, "only what you got wrong the last time, as practice: it counts nowhere"},
    {"result", NULL, "nothing is asked: the last result once more, with what was missed"},
    {0},
};

static const struct option_spec review_options[] = {
    {"json", NULL, "what is due as one JSON array, without asking"},
    {"everything", "on|off", "ask again, too, what you knew at once; kept from now on"},
    {"retention", "SHARE", "the recall to be kept: 0.8, 0.9 (as it begins) or 0.95"},
    {0},
};

static const struct option_spec progress_options[] = {
    {"json", NULL, "as one JSON object"},
    {"export", "FILE", "the whole log, one JSON object a line (- for standard output)"},
    {"import", "FILE", "add the events of such a log that are not known yet"},
    {"reset", "CHAPTER|all", "begin a chapter, or everything, anew; the log keeps the past"},
    {"yes", NULL, "do not ask before a reset"},
    {0},
};

static const struct option_spec present_options[] = {
    {"handout", NULL, "instead print what it asks, for a room without machines, then the key"},
    {"no-key", NULL, "a handout without the sheet of its key"},
    {0},
};

static const struct option_spec host_options[] = {
    {"port", "N", "this port and no other (default: 8883, or the next that is free)"},
    {"local", NULL, "only for those who are logged in to this machine, over a Unix socket"},
    {"broker", "URL", "through a broker that somebody else runs: mqtts://[USER@]HOST[:PORT]"},
    {"ca", "FILE", "certificates of its authority (default: those of the system)"},
    {"password-file", "FILE", "holds its password, mode 0600 (or set NNTUTOR_BROKER_PASSWORD)"},
    {"resume", NULL, "go on with a session that was left or has crashed"},
    {"session", "SID", "which one (default: the newest)"},
    {"anonymous", NULL, "names are never written down"},
    {"roster", "FILE", "only names in this file may join, one a line"},
    {"seats", "N", "at most N are in at once (default: 4000, or what it was before --resume)"},
    {"time", "SECONDS", "how long a vote is open (default: until you close it)"},
    {0},
};

static const struct option_spec join_options[] = {
    {"name", "NAME", "what the class calls you (default: your login name)"},
    {"broker", "URL", "through a broker that somebody else runs: mqtts://[USER@]HOST[:PORT]"},
    {"ca", "FILE", "certificates of its authority (default: those of the system)"},
    {"password-file", "FILE", "holds its password, mode 0600 (or set NNTUTOR_BROKER_PASSWORD)"},
    {0},
};

static const struct option_spec check_options[] = {
    {"fix", NULL, "rewrite cached numbers that differ from what the demos compute"},
    {"strict", NULL, "warnings count as errors"},
    {0},
};

static const struct option_spec grade_options[] = {
    {"quiz", "FILE", "the quiz, as GIFT; several times for several quizzes"},
    {"session", "SID",
     "the answers of a class instead: its id or join code, or last; takes no --quiz"},
    {"from", "FORMAT", "ndjson, csv, moodle or google (default: found by itself)"},
    {"to", "FORMAT",
     "ndjson (default), csv, gradescope, canvas, moodle, nbgrader, junit, tap; of a class also "
     "counts, handout"},
    {"out", "DIR",
     "files there, one a quiz, instead of standard output; or a file's name, as marks.csv"},
    {"jobs", "N", "threads (default: one a processor); the output is the same"},
    {"roster", "FILE", "who should have answered: a CSV with a header, or a name a line"},
    {"attempts", "WHICH",
     "all (default), first, last or best of each learner; of a class, last is the default"},
    {"feedback", NULL, "what the quiz says to each answer, and its key"},
    {"no-key", NULL, "nothing that gives a key away"},
    {"decimal", "SIGN", "comma: 3,14 is 3.14 (default: point, as Moodle in English)"},
    {"floor-item", "0", "no question is worth less than 0"},
    {"essay-points", NULL, "count in the maximum what a person has to mark"},
    {"moodle-compat", NULL, "overlook a choice that does not exist, as Moodle does"},
    {"errors", "FILE", "what is wrong with the records, one JSON object a line"},
    {"max-errors", "N", "give up after N errors"},
    {"strict", NULL, "warnings count as errors"},
    {0},
};

static const struct option_spec stats_options[] = {
    {"quiz", "FILE", "the quiz, as GIFT; several times for several quizzes"},
    {"session", "SID",
     "the answers of a class instead: its id or join code, or last; takes no --quiz"},
    {"from", "FORMAT", "ndjson, csv, moodle, google or results (default: found by itself)"},
    {"to", "FORMAT", "text (default), json or csv"},
    {"out", "FILE", "there instead of standard output"},
    {"partial", NULL, "write sums instead of figures, to be merged"},
    {"merge", NULL, "add such sums, in the order of the files, and give the figures of the whole"},
    {"jobs", "N", "threads (default: one a processor)"},
    {"attempts", "WHICH",
     "all (default), first, last or best of each learner; of a class, last is the default"},
    {"decimal", "SIGN", "comma: 3,14 is 3.14 (default: point)"},
    {"floor-item", "0", "no question is worth less than 0"},
    {"moodle-compat", NULL, "overlook a choice that does not exist, as Moodle does"},
    {"errors", "FILE", "what is wrong with the records, one JSON object a line"},
    {"max-errors", "N", "give up after N errors"},
    {"strict", NULL, "warnings count as errors"},
    {0},
};

static const struct option_spec convert_options[] = {
    {"to", "FORMAT", "gift, moodlexml, text2qti, blackboard, aiken, json or handout (on paper)"},
    {"from", "FORMAT", "gift, moodlexml or aiken (default: found by itself)"},
    {"no-key", NULL, "a handout without the sheet of its key"},
    {0},
};

static const struct option_spec help_options[] = {
    {"man", NULL, "the man page, for man(1)"},
    {"completion", "SHELL", "completions for bash, zsh or fish"},
    {0},
};

const struct cmd cmds[] = {
    {"study", "[CHAPTER[/SECTION]]",
     "Learn: step through a chapter, predict, run, explain, be quizzed.\n"
     "This is also what happens without a command. It goes on where you left off.",
     NULL, cmd_study},
    {"show", "[CHAPTER[/SECTION]]",
     "Print a chapter as text, its demos run and its live numbers filled in.", show_options,
     cmd_show},
    {"demo", "[NAME [KNOB=VALUE ...]]",
     "Run one demo, or list them all.\n"
     "On a terminal it opens with sliders; else its picture and results are printed.\n"
     "`nntutor demo NAME --help` lists its knobs and results.",
     demo_options, cmd_demo},
    {"quiz", "[QUIZ ...]",
     "Take a quiz; it ends with the score, by objective, and what to read again.\n"
     "One that you left goes on at its next question.\n"
     "A quiz is named by its id, its number, or its file.",
     quiz_options, cmd_quiz},
    {"review", "",
     "Answer the questions that are due today, mixed across chapters.\n"
     "What you missed, or knew without being sure, comes back when it is about to\n"
     "fade. At most 20 a day; there are 20 more for those who ask.",
     review_options, cmd_review},
    {"present", "[CHAPTER[/SECTION]]",
     "Show a chapter to a room: its steps as slides, its demos live.\n"
     "Ask predictions and questions aloud; your keys answer for the room. b blanks\n"
     "the screen, . jumps. Notes: \"nntutor notes\" in a second terminal. Without a\n"
     "chapter, while a presentation or a class of yours is running: a projector that\n"
     "follows it, and shows nothing that the room must not see.",
     present_options, cmd_present},
    {"notes", "",
     "Follow your presentation in a second terminal: notes, next step, minutes.\n"
     "Its keys drive the presentation too.",
     NULL, cmd_notes},
    {"host", "[CHAPTER[/SECTION]]",
     "Hold a class: present a chapter while its members vote from their terminals.\n"
     "v opens a vote, closes it, holds it again; e reveals both; i asks a similar\n"
     "question. Answers are saved before they are confirmed. \"nntutor notes\" works\n"
     "here too. :who lists members, :remove NAME and :clear take seats away, :seats N\n"
     "limits them. q asks whether to end the class or to leave it; Ctrl-C, the end of input\n"
     "and a lost terminal leave it, and --resume goes on with it.",
     host_options, cmd_host},
    {"join", "[HOST[:PORT]] CODE",
     "Take part in a class: type the line on the instructor's screen. Without HOST the\n"
     "class is one on this machine.",
     join_options, cmd_join},
    {"progress", "", "Show where you stand; export, import or reset what is kept.",
     progress_options, cmd_progress},
    {"check", "[FILE ...]",
     "Check lessons and quizzes: every finding as FILE:LINE:COLUMN, with its remedy.\n"
     "Without a file it checks the whole course.",
     check_options, cmd_check},
    {"grade", "--quiz FILE [ANSWERS ...] | --session SID",
     "Mark learners' answers, as many as there are, as the tutor itself does.\n"
     "Answers are one JSON object a line, a spreadsheet (CSV), Moodle's report\n"
     "Responses, or the CSV of Google Forms; - is standard input. A damaged record\n"
     "costs that record alone: it is named on standard error, and the exit code\n"
     "is 1.\n"
     "\n"
     "  $ cat answers.ndjson\n"
     "  "
     "{\"learner\":\"ada\",\"answers\":{\"q3.1\":\"3.75\",\"q3.6\":[\"A\",\"B\"],\"q3.7\":false}}\n"
     "  $ nntutor grade --quiz quizzes/03-dropout.gift answers.ndjson\n"
     "  $ nntutor grade --quiz quizzes/03-dropout.gift --to csv --out marks.csv form.csv\n"
     "\n"
     "Or of a class that you held: of each question the last vote counts.\n"
     "\n"
     "  $ nntutor grade --session last --to canvas --roster class.csv >canvas.csv",
     grade_options, cmd_grade},
    {"stats", "--quiz FILE [ANSWERS ...]",
     "Show how a quiz measures: Moodle's statistics, and what each option attracts.\n"
     "It reads answers as `grade` does, or the marks that `grade` has written. As\n"
     "text, the questions that look wrong come first.\n"
     "\n"
     "  $ nntutor stats --quiz quizzes/03-dropout.gift answers.ndjson\n"
     "  $ nntutor stats --quiz quizzes/03-dropout.gift --partial a.ndjson > a.sums\n"
     "  $ nntutor stats --merge a.sums b.sums --to json",
     stats_options, cmd_stats},
    {"convert", "FILE ...",
     "Write a quiz in another format; what that cannot carry is named, by question.\n"
     "\n"
     "  $ nntutor convert quizzes/03-dropout.gift --to moodlexml > dropout.xml\n"
     "  $ nntutor convert bank.xml --to gift > bank.gift\n"
     "  $ nntutor convert quizzes/03-dropout.gift --to handout | lp",
     convert_options, cmd_convert},
    {"help", "[COMMAND]", "Explain a command, or list them.", help_options, cmd_help},
};

const size_t cmd_count = sizeof cmds / sizeof *cmds;
