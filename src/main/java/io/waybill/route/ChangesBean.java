package io.waybill.route;

import io.waybill.flow.FeedKeys;

/** How an export with {@code sinceLastExport=changes} tells what has changed, as a bean of a route file. */
public class ChangesBean extends KeyedBean {

    public ChangesBean() {
        super(FeedKeys.OF_AN_EXPORT, null);
    }
}
