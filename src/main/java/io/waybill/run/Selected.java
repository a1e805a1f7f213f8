package io.waybill.run;

import io.waybill.database.Source;
import io.waybill.flow.Window;
import io.waybill.query.Query;

/**
 * The rows of a run, and nothing of where they go.
 *
 * @param source where they are
 * @param latest the highest batch; null where there is none, or nobody asks
 * @param increment what a window of new rows promises; null for other windows
 * @param isThere whether there is such a source yet
 */
record Selected(Source source, Object latest, Increment increment, Window window, Query query, boolean isThere) {}
