/* The maths commands a lesson may use. Sorted by name, as bytes. */
#include "lesson/math.h"

#include <string.h>

#define ORD VERB_SYMBOL, CLASS_ORD
#define BIN VERB_SYMBOL, CLASS_BIN
#define REL VERB_SYMBOL, CLASS_REL
#define OPEN VERB_SYMBOL, CLASS_OPEN
#define CLOSE VERB_SYMBOL, CLASS_CLOSE
#define FUNC VERB_SYMBOL, CLASS_FUNC
#define BIG VERB_SYMBOL, CLASS_BIG
#define SPACE VERB_SYMBOL, CLASS_SPACE
#define VERB(verb) VERB_##verb, CLASS_ORD, NULL, NULL

/* clang-format off */
static const struct math_command commands[] = {
    {" ", SPACE, " ", ""},
    {"!", VERB(SKIP)},
    {"#", ORD, "#", "number"},
    {"$", ORD, "$", "dollar"},
    {"%", ORD, "%", "percent"},
    {"&", ORD, "&", "and"},
    {",", SPACE, " ", ""},
    {":", SPACE, " ", ""},
    {";", SPACE, " ", ""},
    {"Delta", ORD, "Δ", "Delta"},
    {"Gamma", ORD, "Γ", "Gamma"},
    {"Lambda", ORD, "Λ", "Lambda"},
    {"Leftarrow", REL, "⇐", "follows from"},
    {"Leftrightarrow", REL, "⇔", "if and only if"},
    {"Omega", ORD, "Ω", "Omega"},
    {"Phi", ORD, "Φ", "Phi"},
    {"Pi", ORD, "Π", "Pi"},
    {"Pr", FUNC, "Pr", "the probability of"},
    {"Psi", ORD, "Ψ", "Psi"},
    {"Rightarrow", REL, "⇒", "implies"},
    {"Sigma", ORD, "Σ", "Sigma"},
    {"Theta", ORD, "Θ", "Theta"},
    {"Vert", ORD, "‖", "norm bar"}, /* opens and closes in turn, like | */
    {"Xi", ORD, "Ξ", "Xi"},
    {"_", ORD, "_", "underscore"},
    {"alpha", ORD, "α", "alpha"},
    {"approx", REL, "≈", "is about"},
    {"arg", FUNC, "arg", "arg"},
    {"ast", BIN, "∗", "star"},
    {"bar", VERB_ACCENT, CLASS_ORD, "\xCC\x84", "bar"},
    {"beta", ORD, "β", "beta"},
    {"big", VERB(SKIP)},
    {"bigg", VERB(SKIP)},
    {"binom", VERB(CHOOSE)},
    {"bm", VERB(PLAIN)},
    {"boldsymbol", VERB(PLAIN)},
    {"bullet", BIN, "•", "bullet"},
    {"cap", BIN, "∩", "intersected with"},
    {"cdot", BIN, "·", "times"},
    {"cdots", ORD, "⋯", "and so on"},
    {"chi", ORD, "χ", "chi"},
    {"circ", BIN, "∘", "after"},
    {"colon", VERB_SYMBOL, CLASS_PUNCT, ":", ","},
    {"cos", FUNC, "cos", "cosine"},
    {"cosh", FUNC, "cosh", "hyperbolic cosine"},
    {"cup", BIN, "∪", "united with"},
    {"ddot", VERB_ACCENT, CLASS_ORD, "\xCC\x88", "double dot"},
    {"ddots", ORD, "⋱", "and so on"},
    {"delta", ORD, "δ", "delta"},
    {"det", FUNC, "det", "the determinant of"},
    {"dfrac", VERB(FRAC)},
    {"diag", FUNC, "diag", "the diagonal of"},
    {"dim", FUNC, "dim", "the dimension of"},
    {"displaystyle", VERB(SKIP)},
    {"dot", VERB_ACCENT, CLASS_ORD, "\xCC\x87", "dot"},
    {"dots", ORD, "…", "and so on"},
    {"downarrow", REL, "↓", "falls to"},
    {"ell", ORD, "ℓ", "l"},
    {"emptyset", ORD, "∅", "the empty set"},
    {"epsilon", ORD, "ε", "epsilon"},
    {"equiv", REL, "≡", "is identical to"},
    {"eta", ORD, "η", "eta"},
    {"exists", ORD, "∃", "there is"},
    {"exp", FUNC, "exp", "the exponential of"},
    {"forall", ORD, "∀", "for all"},
    {"frac", VERB(FRAC)},
    {"gamma", ORD, "γ", "gamma"},
    {"ge", REL, "≥", "is at least"},
    {"geq", REL, "≥", "is at least"},
    {"gg", REL, "≫", "is much greater than"},
    {"gt", REL, ">", "is greater than"},
    {"hat", VERB_ACCENT, CLASS_ORD, "\xCC\x82", "hat"},
    {"hbar", ORD, "ℏ", "h bar"},
    {"iff", REL, "⇔", "if and only if"},
    {"implies", REL, "⇒", "implies"},
    {"in", REL, "∈", "in"},
    {"inf", FUNC, "inf", "the infimum of"},
    {"infty", ORD, "∞", "infinity"},
    {"int", BIG, "∫", "the integral"},
    {"iota", ORD, "ι", "iota"},
    {"kappa", ORD, "κ", "kappa"},
    {"lVert", OPEN, "‖", "the norm of"},
    {"lambda", ORD, "λ", "lambda"},
    {"langle", OPEN, "⟨", "open bracket"},
    {"lbrace", OPEN, "{", "open brace"},
    {"lceil", OPEN, "⌈", "the ceiling of"},
    {"ldots", ORD, "…", "and so on"},
    {"le", REL, "≤", "is at most"},
    {"left", VERB(SKIP)},
    {"leftarrow", REL, "←", "becomes"},
    {"leftrightarrow", REL, "↔", "corresponds to"},
    {"leq", REL, "≤", "is at most"},
    {"lfloor", OPEN, "⌊", "the floor of"},
    {"lim", FUNC, "lim", "the limit"},
    {"limits", VERB(SKIP)},
    {"ll", REL, "≪", "is much less than"},
    {"ln", FUNC, "ln", "the natural log of"},
    {"log", FUNC, "log", "log"},
    {"lt", REL, "<", "is less than"},
    {"lvert", OPEN, "|", "the size of"},
    {"mapsto", REL, "↦", "maps to"},
    {"mathbb", VERB(DOUBLE)},
    {"mathbf", VERB(PLAIN)},
    {"mathcal", VERB(SCRIPT)},
    {"mathit", VERB(PLAIN)},
    {"mathrm", VERB(NAME)},
    {"mathsf", VERB(PLAIN)},
    {"max", FUNC, "max", "the maximum of"},
    {"mid", REL, "|", "given"},
    {"middle", VERB(SKIP)},
    {"min", FUNC, "min", "the minimum of"},
    {"mp", BIN, "∓", "minus or plus"},
    {"mu", ORD, "μ", "mu"},
    {"nabla", ORD, "∇", "the gradient of"},
    {"ne", REL, "≠", "is not"},
    {"neg", ORD, "¬", "not"},
    {"neq", REL, "≠", "is not"},
    {"nolimits", VERB(SKIP)},
    {"notin", REL, "∉", "not in"},
    {"nu", ORD, "ν", "nu"},
    {"odot", BIN, "⊙", "times, entry by entry,"},
    {"omega", ORD, "ω", "omega"},
    {"operatorname", VERB(NAME)},
    {"oplus", BIN, "⊕", "plus"},
    {"otimes", BIN, "⊗", "times"},
    {"overline", VERB_ACCENT, CLASS_ORD, "\xCC\x85", "bar"},
    {"parallel", REL, "∥", "is parallel to"},
    {"partial", ORD, "∂", "partial"},
    {"perp", REL, "⊥", "is perpendicular to"},
    {"phi", ORD, "φ", "phi"},
    {"pi", ORD, "π", "pi"},
    {"pm", BIN, "±", "plus or minus"},
    {"prime", ORD, "′", "prime"},
    {"prod", BIG, "∏", "the product"},
    {"propto", REL, "∝", "is proportional to"},
    {"psi", ORD, "ψ", "psi"},
    {"qquad", SPACE, "    ", ","},
    {"quad", SPACE, "  ", ","},
    {"rVert", CLOSE, "‖", ""},
    {"rangle", CLOSE, "⟩", "close bracket"},
    {"rbrace", CLOSE, "}", "close brace"},
    {"rceil", CLOSE, "⌉", ""},
    {"rfloor", CLOSE, "⌋", ""},
    {"rho", ORD, "ρ", "rho"},
    {"right", VERB(SKIP)},
    {"rightarrow", REL, "→", "goes to"},
    {"rvert", CLOSE, "|", ""},
    {"setminus", BIN, "∖", "without"},
    {"sigma", ORD, "σ", "sigma"},
    {"sim", REL, "∼", "is distributed as"},
    {"simeq", REL, "≃", "is about"},
    {"sin", FUNC, "sin", "sine"},
    {"sinh", FUNC, "sinh", "hyperbolic sine"},
    {"sqrt", VERB(ROOT)},
    {"star", BIN, "⋆", "star"},
    {"subset", REL, "⊂", "is a subset of"},
    {"subseteq", REL, "⊆", "is a subset of"},
    {"sum", BIG, "∑", "the sum"},
    {"sup", FUNC, "sup", "the supremum of"},
    {"tan", FUNC, "tan", "tangent"},
    {"tanh", FUNC, "tanh", "hyperbolic tangent"},
    {"tau", ORD, "τ", "tau"},
    {"text", VERB(TEXT)},
    {"textbf", VERB(TEXT)},
    {"textit", VERB(TEXT)},
    {"textrm", VERB(TEXT)},
    {"textstyle", VERB(SKIP)},
    {"tfrac", VERB(FRAC)},
    {"theta", ORD, "θ", "theta"},
    {"tilde", VERB_ACCENT, CLASS_ORD, "\xCC\x83", "tilde"},
    {"times", BIN, "×", "times"},
    {"to", REL, "→", "goes to"},
    {"top", ORD, "⊤", "transpose"},
    {"uparrow", REL, "↑", "rises to"},
    {"upsilon", ORD, "υ", "upsilon"},
    {"varepsilon", ORD, "ε", "epsilon"},
    {"varphi", ORD, "φ", "phi"},
    {"vdots", ORD, "⋮", "and so on"},
    {"vec", VERB_ACCENT, CLASS_ORD, "\xE2\x83\x97", "vector"},
    {"vee", BIN, "∨", "or"},
    {"vert", ORD, "|", "bar"},
    {"wedge", BIN, "∧", "and"},
    {"widehat", VERB_ACCENT, CLASS_ORD, "\xCC\x82", "hat"},
    {"widetilde", VERB_ACCENT, CLASS_ORD, "\xCC\x83", "tilde"},
    {"xi", ORD, "ξ", "xi"},
    {"zeta", ORD, "ζ", "zeta"},
    {"{", OPEN, "{", "open brace"},
    {"|", ORD, "‖", "norm bar"},
    {"}", CLOSE, "}", "close brace"},
};
/* clang-format on */

const struct math_command *math_commands(size_t *count)
{
    *count = sizeof commands / sizeof *commands;
    return commands;
}

static int compare(struct str name, const char *other)
{
    size_t length = strlen(other), shorter = name.length < length ? name.length : length;
    int order = memcmp(name.text, other, shorter);
    return order ? order : (name.length > length) - (name.length < length);
}

const struct math_command *math_command_find(struct str name)
{
    size_t low = 0, high = sizeof commands / sizeof *commands;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(name, commands[middle].name);
        if (order == 0)
            return &commands[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
