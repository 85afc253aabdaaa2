/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-error.h"
#include "gw-login.h"
#include "gw-phase.h"

G_BEGIN_DECLS

/* What a failure means, untranslated. In @what and @advice {host}, {port} and {user} stand for
 * those of the login. */
typedef struct {
  GwError     code;
  GwPhase     from;
  GwPhase     to;
  int         method; /* GwMethod, or -1 for each */
  const char *title;
  const char *what;
  const char *advice;
} GwDiagnosisRow;

/* The first row that fits; never %NULL. */
const GwDiagnosisRow *gw_diagnosis_table_find (GwError  code,
                                               GwPhase  phase,
                                               GwMethod method);

G_END_DECLS
