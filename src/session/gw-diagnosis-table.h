/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-cloud-error.h"
#include "gw-error.h"
#include "gw-login.h"
#include "gw-phase.h"

G_BEGIN_DECLS

/* What a failure means, untranslated. In @what and @advice {host}, {port}, {user} and
 * {instance} (its title) stand for those of the login. */
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

typedef struct {
  GwCloudError code;
  const char  *title;
  const char  *advice;
} GwCloudDiagnosis;

/* The same for the cloud's errors, which say themselves what happened. */
const GwCloudDiagnosis *gw_diagnosis_table_find_cloud (GwCloudError code);

G_END_DECLS
