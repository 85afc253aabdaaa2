/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "Gw.Ui"

#include "gw-instance-row.h"

#include "config.h"
#include "gw-obstacle.h"

#include <glib/gi18n.h>
#include <string.h>

/* A list makes some 200 rows anew with each letter of a search, of which 20 are seen. Labels and an
 * image in each take five frames for that: so a row paints its two lines itself, and has no
 * layout of them before it is painted, and no button before it shows one. */

#define ICON_SIZE 16
#define SPACING 9
#define SUBTITLE_SCALE 0.82
#define DIM_OPACITY 0.55

/* Seconds after which a state may well be another by now. */
#define STALE_AGE 600
/* So much of the end of an id tells instances apart. */
#define ID_END 4

enum {
  TITLE,
  SUBTITLE,
  N_LINES,
};

struct _GwInstanceRow
{
  GtkWidget    parent_instance;

  char        *markup[N_LINES];
  PangoLayout *layouts[N_LINES]; /* NULL until painted */
  GtkWidget   *button;           /* NULL until shown */

  GwInstance  *instance;
  GwInstanceRowFlags flags;
  gboolean     selected;
};

enum {
  PROP_0,
  PROP_TITLE,
  PROP_SUBTITLE,
  N_PROPS,
};
static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (GwInstanceRow, gw_instance_row, GTK_TYPE_WIDGET)

static guint connect_clicked_signal;
static guint instance_changed_signal;

static gint64
get_now (void)
{
  return g_get_real_time () / G_USEC_PER_SEC;
}

static gboolean
is_stale (GwInstance *instance)
{
  gint64 time = gw_instance_get_status_time (instance);

  return gw_instance_is_cloud (instance) && time > 0 && get_now () - time > STALE_AGE;
}

static const char *
get_icon_name (GwInstance *instance)
{
  GwObstacle obstacle = gw_obstacle_find (instance, get_now ());

  if (obstacle == GW_OBSTACLE_LOCKED || obstacle == GW_OBSTACLE_EXPIRED)
    return "changes-prevent-symbolic";
  switch (gw_instance_get_status (instance))
    {
    case GW_INSTANCE_STATUS_RUNNING:
      return "gw-status-running-symbolic";
    case GW_INSTANCE_STATUS_STOPPED:
      return "gw-status-stopped-symbolic";
    case GW_INSTANCE_STATUS_PENDING:
    case GW_INSTANCE_STATUS_STARTING:
    case GW_INSTANCE_STATUS_STOPPING:
      return "gw-status-changing-symbolic";
    case GW_INSTANCE_STATUS_UNKNOWN:
    default:
      return "gw-status-host-symbolic";
    }
}

static void
on_button_clicked (GwInstanceRow *self)
{
  g_assert (GW_IS_INSTANCE_ROW (self));

  g_signal_emit (self, connect_clicked_signal, 0);
}

static void
make_button (GwInstanceRow *self)
{
  self->button = gtk_button_new_with_label (_("Connect"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->button, "gw-row-button");
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (on_button_clicked), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
}

static void
update_button (GwInstanceRow *self)
{
  GtkStateFlags flags = gtk_widget_get_state_flags (GTK_WIDGET (self));
  gboolean shown = self->instance != NULL &&
                   (self->selected || (flags & GTK_STATE_FLAG_PRELIGHT) != 0);

  if (shown && self->button == NULL)
    make_button (self);
  else if (self->button != NULL)
    gtk_widget_set_visible (self->button, shown);
}

static void
append_part (GString    *text,
             const char *part)
{
  if (*part != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", part);
}

/* What tells @instance from another of the same name: “10.0.0.12 · …k3f9”. A search may have found
 * the other address. */
static void
append_difference (GString    *text,
                   GwInstance *instance,
                   gboolean    searching)
{
  const char *const *private = gw_instance_get_addresses (instance, GW_ADDRESS_PRIVATE);
  const char *id = gw_instance_get_id (instance);
  gsize length = strlen (id);
  g_autofree char *end = g_strconcat ("…", length > ID_END ? id + length - ID_END : id, NULL);

  append_part (text, private[0] != NULL && !searching ? private[0]
                                                      : gw_instance_get_main_address (instance));
  append_part (text, end);
}

/* The second line: address, state in words, and what was found that is shown nowhere else. */
static char *
dup_subtitle (GwInstanceRow *self,
              GwSearch      *search)
{
  GwInstance *instance = self->instance;
  const char *address = gw_instance_get_main_address (instance);
  gboolean searching = search != NULL && !gw_search_is_empty (search);
  g_autofree char *hit = searching ? gw_search_get_hit (search, instance) : NULL;
  GString *text = g_string_new (NULL);

  if ((self->flags & GW_INSTANCE_ROW_AMBIGUOUS) != 0 && gw_instance_is_cloud (instance))
    append_difference (text, instance, searching);
  /* A row must not say the same twice. */
  else if (g_strcmp0 (address, gw_instance_get_title (instance)) != 0)
    append_part (text, address);
  /* What was searched for has to be read to its end; the state is an icon, too. */
  append_part (text, hit != NULL ? hit : gw_obstacle_title (instance, get_now ()));
  if ((self->flags & GW_INSTANCE_ROW_HIDDEN) != 0)
    append_part (text, _("Hidden"));
  return g_string_free (text, FALSE);
}

/* Free with g_free(). */
static char *
dup_name (GwInstanceRow *self,
          GwSearch      *search)
{
  GwInstance *instance = self->instance;
  g_autofree char *hit = search != NULL ? gw_search_get_hit (search, instance) : NULL;
  const char *parts[] = {
    gw_instance_get_title (instance),
    gw_instance_get_main_address (instance),
    gw_obstacle_title (instance, get_now ()),
    hit != NULL ? hit : "",
    (self->flags & GW_INSTANCE_ROW_AMBIGUOUS) != 0 ? gw_instance_get_id (instance) : "",
    (self->flags & GW_INSTANCE_ROW_HIDDEN) != 0 ? _("Hidden") : "",
  };
  GString *name = g_string_new (parts[0]);

  for (guint i = 1; i < G_N_ELEMENTS (parts); i++)
    if (*parts[i] != '\0' && !g_str_equal (parts[i], parts[0]))
      g_string_append_printf (name, ", %s", parts[i]);
  return g_string_free (name, FALSE);
}

static void
set_line (GwInstanceRow *self,
          int            line,
          const char    *text,
          GwSearch      *search)
{
  g_clear_object (&self->layouts[line]);
  g_free (self->markup[line]);
  if (search == NULL || gw_search_is_empty (search))
    self->markup[line] = g_markup_escape_text (text, -1);
  else
    self->markup[line] = gw_search_markup (search, text);
}

static void
update (GwInstanceRow *self,
        GwSearch      *search)
{
  g_autofree char *subtitle = dup_subtitle (self, search);
  GtkWidget *item;

  set_line (self, TITLE, gw_instance_get_title (self->instance), search);
  set_line (self, SUBTITLE, subtitle, search);
  gtk_widget_queue_draw (GTK_WIDGET (self));

  /* It is the item of the list that has the focus, and of which a screen reader speaks. */
  item = gtk_widget_get_parent (GTK_WIDGET (self));
  if (item != NULL)
    {
      g_autofree char *name = dup_name (self, search);

      gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      -1);
    }
}

static void
on_instance_changed (GwInstance    *instance,
                     GwInstanceRow *self)
{
  g_assert (GW_IS_INSTANCE_ROW (self));

  update (self, NULL);
  g_signal_emit (self, instance_changed_signal, 0);
}

static void
drop_instance (GwInstanceRow *self)
{
  if (self->instance == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->instance, on_instance_changed, self);
  g_clear_object (&self->instance);
}

/* All rows are of one height, whatever is in them: nothing has to be laid out for it. The font is
 * that of the window, whose metrics are known already. */
static int
get_line_height (GwInstanceRow *self)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  PangoContext *context = gtk_widget_get_pango_context (root != NULL ? root : GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int height = pango_font_metrics_get_height (metrics);

  pango_font_metrics_unref (metrics);
  return PANGO_PIXELS_CEIL (height);
}

static void
gw_instance_row_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  GwInstanceRow *self = GW_INSTANCE_ROW (widget);
  int button = 0;

  if (self->button != NULL)
    gtk_widget_measure (self->button, orientation, -1, &button, NULL, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = ICON_SIZE + 2 * SPACING + button;
  else
    {
      int line = get_line_height (self);

      *minimum = MAX (line + (int) (line * SUBTITLE_SCALE + 1), button);
    }
  *natural = *minimum;
}

static int
get_button_width (GwInstanceRow *self)
{
  int width = 0;

  if (self->button != NULL && gtk_widget_get_visible (self->button))
    gtk_widget_measure (self->button, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return width;
}

static gboolean
is_rtl (GwInstanceRow *self)
{
  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static void
gw_instance_row_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  GwInstanceRow *self = GW_INSTANCE_ROW (widget);
  int button = get_button_width (self);

  if (button > 0)
    gtk_widget_size_allocate (self->button,
                              &(GtkAllocation) { is_rtl (self) ? 0 : width - button, 0, button,
                                                 height }, -1);
}

static void
snapshot_icon (GwInstanceRow *self,
               GtkSnapshot   *snapshot,
               const GdkRGBA *color,
               float          x)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  GwInstanceStatus status = gw_instance_get_status (self->instance);
  GwObstacle obstacle = gw_obstacle_find (self->instance, get_now ());
  g_autoptr (GtkIconPaintable) icon = NULL;
  GdkRGBA icon_color = *color;

  /* Green is what can be connected to, as far as anybody knows. */
  if (status == GW_INSTANCE_STATUS_RUNNING && !is_stale (self->instance) &&
      (obstacle == GW_OBSTACLE_NONE || obstacle == GW_OBSTACLE_NO_ADDRESS))
    gtk_style_context_lookup_color (style, "success_color", &icon_color);
  else if (status != GW_INSTANCE_STATUS_STARTING && status != GW_INSTANCE_STATUS_STOPPING &&
           status != GW_INSTANCE_STATUS_PENDING)
    icon_color.alpha *= (float) DIM_OPACITY;
  icon = gtk_icon_theme_lookup_icon (
    gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), get_icon_name (self->instance),
    NULL, ICON_SIZE, gtk_widget_get_scale_factor (widget), gtk_widget_get_direction (widget),
    GTK_ICON_LOOKUP_FORCE_SYMBOLIC);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
    snapshot, &GRAPHENE_POINT_INIT (x, (float) ((gtk_widget_get_height (widget) - ICON_SIZE) / 2)));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, &icon_color, 1);
  gtk_snapshot_restore (snapshot);
}

static PangoLayout *
ensure_layout (GwInstanceRow *self,
               int            line)
{
  g_autoptr (PangoAttrList) attributes = NULL;
  g_autofree char *text = NULL;

  if (self->layouts[line] != NULL)
    return self->layouts[line];

  self->layouts[line] = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  pango_layout_set_ellipsize (self->layouts[line], PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (self->layouts[line], TRUE);
  pango_parse_markup (self->markup[line], -1, 0, &attributes, &text, NULL, NULL);
  if (line == SUBTITLE)
    pango_attr_list_insert (attributes, pango_attr_scale_new (SUBTITLE_SCALE));
  pango_layout_set_text (self->layouts[line], text, -1);
  pango_layout_set_attributes (self->layouts[line], attributes);
  return self->layouts[line];
}

static void
gw_instance_row_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  GwInstanceRow *self = GW_INSTANCE_ROW (widget);
  int button = get_button_width (self);
  int width = gtk_widget_get_width (widget) - ICON_SIZE - SPACING;
  int height = gtk_widget_get_height (widget);
  int x = ICON_SIZE + SPACING;
  int heights[N_LINES], y;
  gboolean one_line;
  GdkRGBA color;

  if (self->instance == NULL)
    return;
  if (button > 0)
    width -= button + SPACING;
  if (is_rtl (self))
    x = button > 0 ? button + SPACING : 0;
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  if ((self->flags & GW_INSTANCE_ROW_HIDDEN) != 0)
    color.alpha *= (float) DIM_OPACITY;
  snapshot_icon (self, snapshot, &color,
                 is_rtl (self) ? (float) (gtk_widget_get_width (widget) - ICON_SIZE) : 0);

  for (int line = 0; line < N_LINES; line++)
    {
      pango_layout_set_width (ensure_layout (self, line), MAX (width, 0) * PANGO_SCALE);
      pango_layout_get_pixel_size (self->layouts[line], NULL, &heights[line]);
    }
  one_line = *self->markup[SUBTITLE] == '\0';
  y = (height - heights[TITLE] - (one_line ? 0 : heights[SUBTITLE])) / 2;
  for (int line = 0; line < (one_line ? SUBTITLE : N_LINES); line++)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
      gtk_snapshot_append_layout (snapshot, self->layouts[line], &color);
      gtk_snapshot_restore (snapshot);
      y += heights[line];
      color.alpha *= (float) DIM_OPACITY;
    }
  if (self->button != NULL)
    gtk_widget_snapshot_child (widget, self->button, snapshot);
}

/* Fonts, colors, and the direction of text may all have changed. */
static void
gw_instance_row_system_setting_changed (GtkWidget        *widget,
                                        GtkSystemSetting  setting)
{
  GwInstanceRow *self = GW_INSTANCE_ROW (widget);

  for (int line = 0; line < N_LINES; line++)
    g_clear_object (&self->layouts[line]);
  gtk_widget_queue_resize (widget);
  GTK_WIDGET_CLASS (gw_instance_row_parent_class)->system_setting_changed (widget, setting);
}

static void
gw_instance_row_state_flags_changed (GtkWidget     *widget,
                                     GtkStateFlags  old_flags)
{
  update_button (GW_INSTANCE_ROW (widget));

  GTK_WIDGET_CLASS (gw_instance_row_parent_class)->state_flags_changed (widget, old_flags);
}

static void
gw_instance_row_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  GwInstanceRow *self = GW_INSTANCE_ROW (object);

  switch (prop_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->markup[TITLE]);
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, self->markup[SUBTITLE]);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
gw_instance_row_dispose (GObject *object)
{
  GwInstanceRow *self = GW_INSTANCE_ROW (object);

  drop_instance (self);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  for (int line = 0; line < N_LINES; line++)
    g_clear_object (&self->layouts[line]);

  G_OBJECT_CLASS (gw_instance_row_parent_class)->dispose (object);
}

static void
gw_instance_row_finalize (GObject *object)
{
  for (int line = 0; line < N_LINES; line++)
    g_free (GW_INSTANCE_ROW (object)->markup[line]);

  G_OBJECT_CLASS (gw_instance_row_parent_class)->finalize (object);
}

static void
gw_instance_row_class_init (GwInstanceRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = gw_instance_row_get_property;
  object_class->dispose = gw_instance_row_dispose;
  object_class->finalize = gw_instance_row_finalize;
  widget_class->measure = gw_instance_row_measure;
  widget_class->size_allocate = gw_instance_row_size_allocate;
  widget_class->snapshot = gw_instance_row_snapshot;
  widget_class->system_setting_changed = gw_instance_row_system_setting_changed;
  widget_class->state_flags_changed = gw_instance_row_state_flags_changed;

  props[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  props[PROP_SUBTITLE] = g_param_spec_string ("subtitle", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  connect_clicked_signal = g_signal_new ("connect-clicked", GW_TYPE_INSTANCE_ROW,
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  instance_changed_signal = g_signal_new ("instance-changed", GW_TYPE_INSTANCE_ROW,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_css_name (widget_class, "row-content");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
gw_instance_row_init (GwInstanceRow *self)
{
}

GtkWidget *
gw_instance_row_new (void)
{
  return g_object_new (GW_TYPE_INSTANCE_ROW, NULL);
}

GwInstance *
gw_instance_row_get_instance (GwInstanceRow *self)
{
  g_return_val_if_fail (GW_IS_INSTANCE_ROW (self), NULL);

  return self->instance;
}

void
gw_instance_row_set_instance (GwInstanceRow *self,
                              GwInstance    *instance)
{
  g_return_if_fail (GW_IS_INSTANCE_ROW (self));
  g_return_if_fail (instance == NULL || GW_IS_INSTANCE (instance));

  if (instance == self->instance)
    return;
  drop_instance (self);
  if (instance != NULL)
    {
      self->instance = g_object_ref (instance);
      g_signal_connect (instance, "changed", G_CALLBACK (on_instance_changed), self);
    }
  update_button (self);
}

void
gw_instance_row_show (GwInstanceRow      *self,
                      GwSearch           *search,
                      GwInstanceRowFlags  flags)
{
  g_return_if_fail (GW_IS_INSTANCE_ROW (self));
  g_return_if_fail (self->instance != NULL);

  self->flags = flags;
  update (self, search);
}

void
gw_instance_row_set_selected (GwInstanceRow *self,
                              gboolean       selected)
{
  g_return_if_fail (GW_IS_INSTANCE_ROW (self));

  self->selected = selected;
  update_button (self);
}
