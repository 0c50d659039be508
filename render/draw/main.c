/* SPDX-License-Identifier: MIT
 *
 * demarc-draw - reads a graph in DOT, writes a picture of it.
 *
 *     demarc-draw svg|png|pdf|dot ENGINE [NAME=VALUE...] < graph.dot > picture
 *
 * A program of its own, under a permissive licence and with nothing of demarc
 * in it: Graphviz is EPL-1.0, which may not be linked into a program under the
 * GPL.  demarc starts it and feeds it over a pipe (render/picture.h).  That also
 * keeps a slow or a crashing layout away from the verifier.
 *
 * ENGINE is one of Graphviz: dot, osage, fdp, ...  NAME=VALUE sets an attribute
 * of the graph, over what the graph says of itself.
 *
 * Exit status: 0 drawn; 1 could not be laid out or written, or only in part;
 * 2 usage, or the input is no DOT.  What Graphviz says goes to standard error.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <graphviz/cgraph.h>
#include <graphviz/gvc.h>

enum { EXIT_DRAWN = 0, EXIT_FAILED = 1, EXIT_INPUT = 2 };

/* Graphviz hands over pieces of a message, without saying where one ends. */
static int say(char *piece)
{
    return fputs(piece, stderr) < 0 ? 1 : 0;
}

/* All of standard input, ended by a zero byte, or NULL. */
static char *read_input(void)
{
    size_t size = 0;
    size_t capacity = 65536;
    char *text = malloc(capacity);

    while (text != NULL) {
        size_t got = fread(text + size, 1, capacity - size - 1, stdin);
        char *larger = NULL;

        size += got;
        if (got == 0) {
            text[size] = '\0';
            break;
        }
        if (capacity - size > 1) {
            continue;
        }
        larger = realloc(text, capacity * 2);
        if (larger == NULL) {
            free(text);
        }
        text = larger;
        capacity *= 2;
    }
    if (text != NULL && (ferror(stdin) || memchr(text, '\0', size) != NULL)) {
        free(text);
        text = NULL;
    }
    return text;
}

/* Sets "NAME=VALUE" on the graph; false where it has no name. */
static bool set_attribute(Agraph_t *graph, char *setting)
{
    char *value = strchr(setting, '=');
    char empty[] = "";

    if (value == NULL || value == setting) {
        return false;
    }
    *value = '\0';
    agsafeset(graph, setting, value + 1, empty);
    *value = '=';
    return true;
}

static int render(Agraph_t *graph, const char *format, const char *engine)
{
    GVC_t *gvc = gvContext();
    char *bytes = NULL;
    unsigned int size = 0;

    if (gvc == NULL || gvLayout(gvc, graph, engine) != 0) {
        return EXIT_FAILED;
    }
    /* A label that cannot be read is left out with an error, but the layout goes on: no. */
    if (agerrors() >= AGERR) {
        return EXIT_FAILED;
    }
    if (gvRenderData(gvc, graph, format, &bytes, &size) != 0 || bytes == NULL
        || fwrite(bytes, 1, size, stdout) != size || fflush(stdout) != 0) {
        return EXIT_FAILED;
    }
    return EXIT_DRAWN;
}

static bool is_format(const char *name)
{
    static const char *const formats[] = { "svg", "png", "pdf", "dot" };

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (strcmp(formats[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int draw(int argc, char **argv)
{
    Agraph_t *graph = NULL;
    char *text = NULL;

    if (argc < 3 || !is_format(argv[1])) {
        fputs("usage: demarc-draw svg|png|pdf|dot ENGINE [NAME=VALUE...] < graph.dot\n", stderr);
        return EXIT_INPUT;
    }
    agseterrf(say);
    text = read_input();
    if (text == NULL) {
        fputs("the graph cannot be read\n", stderr);
        return EXIT_INPUT;
    }
    graph = agmemread(text);
    free(text);
    if (graph == NULL || agerrors() >= AGERR) {
        fputs("the input is no DOT\n", stderr);
        return EXIT_INPUT;
    }
    for (int i = 3; i < argc; i++) {
        if (!set_attribute(graph, argv[i])) {
            fprintf(stderr, "'%s' is not NAME=VALUE\n", argv[i]);
            return EXIT_INPUT;
        }
    }
    return render(graph, argv[1], argv[2]);
}

/* Nothing of Graphviz is freed: the process ends here, and what Graphviz and fontconfig keep for
 * themselves until then cannot be given back through any of their functions. */
int main(int argc, char **argv)
{
    _exit(draw(argc, argv));
}
