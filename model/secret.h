/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * secret - whether a name, or a text beside it, says that a credential is written there.
 *
 * By the last word of the name: DB_PASSWORD, jwtSecret and GITHUB_TOKEN are credentials;
 * DB_PASSWORD_FILE, SECRET_NAME and TOKEN_URL say where one is, MAX_TOKENS and KEYCLOAK_URL
 * have nothing to do with one.  A key is one only where the word before it says what it opens
 * (API_KEY, and no CACHE_KEY).  A number at the end does not count.
 *
 * Of a text nothing but its kind is told: a switch ("true"), a path, another variable or a place
 * where secrets are kept ("$(DB)", "arn:...") is no credential.  Both are guesses, made to err on
 * the side of silence; nobody can tell a password from a word.  O(length).
 */
#ifndef DM_MODEL_SECRET_H
#define DM_MODEL_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/base/span.h"

bool dm_secret_is_name(const char *name, size_t length);

enum dm_secret_text {
    DM_SECRET_NOTHING,   /* it is empty, or a switch */
    DM_SECRET_REFERENCE, /* it says where something is */
    DM_SECRET_LITERAL
};

enum dm_secret_text dm_secret_text_kind(const char *text, size_t length);

/* "postgres://user:word@host": an address that has a password in it. */
bool dm_secret_in_address(const char *text, size_t length);

/* A text in the form of PEM that has a private key in it. */
bool dm_secret_is_private_key(const char *text);

/* Of a source that could not be read, and whose trees can thus not be asked: hides what follows the
 * name of a credential on its line, and lines below that stand further in, between two bytes of it.
 * False: memory is out. */
bool dm_secret_hide_lines(struct dm_sources *sources, uint32_t source, size_t begin, size_t end);

#endif
