/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-session.h"

G_BEGIN_DECLS

/**
 * GwDiagnosis:
 * @title: what happened, as a heading: “Connection Refused”
 * @what: where and how, in one or two sentences, naming host and port
 * @advice: what to do next, in one or two sentences
 * @request: what “Copy Request for Administrator” copies where RAM refused something, else %NULL
 * @details: the phase and the words of the server or system, for copying
 *
 * A failure in words that a person can act on. Translated, plain text without markup.
 */
typedef struct {
  char *title;
  char *what;
  char *advice;
  char *request;
  char *details;
} GwDiagnosis;

/* From a session that is CLOSED. Also for clean ends: “Session Ended” with the exit status. */
GwDiagnosis *gw_diagnosis_new  (GwSession   *session);
/* The same from its parts, for tests. @error %NULL for a clean end. */
GwDiagnosis *gw_diagnosis_for  (const GError *error,
                                GwPhase       phase,
                                GwLogin      *login);
void         gw_diagnosis_free (GwDiagnosis *self);
/* The heading of a phase while it is under way: “Resolving the name…”, translated. */
const char  *gw_phase_title    (GwPhase      phase);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GwDiagnosis, gw_diagnosis_free)

G_END_DECLS
