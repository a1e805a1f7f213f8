package io.waybill.route;

import io.waybill.flow.Encryption;
import io.waybill.flow.EncryptionKeys;

/** An {@link Encryption} as a bean of a route file; Camel puts in what its placeholders stand for. */
public class EncryptionBean extends KeyedBean {

    public EncryptionBean() {
        super(EncryptionKeys.ALL, null);
    }
}
