/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gw-source.h"

/* A source that holds what a test puts in. */
#define TEST_TYPE_SOURCE (test_source_get_type ())
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GwSource)

struct _TestSource
{
  GwSource parent_instance;
};

G_DEFINE_FINAL_TYPE (TestSource, test_source, GW_TYPE_SOURCE)

static void
test_source_class_init (TestSourceClass *klass)
{
}

static void
test_source_init (TestSource *self)
{
}
