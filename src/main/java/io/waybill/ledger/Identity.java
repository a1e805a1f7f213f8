package io.waybill.ledger;

import java.util.UUID;

/** What tells a ledger from all others: it gets that when somebody first asks. */
record Identity(LedgerDatabase database) {

    private static final String FIND = "SELECT name FROM waybill_identity WHERE id = 1";

    String get() {
        String known = find();
        if (known != null) {
            return known;
        }
        try {
            String name = UUID.randomUUID().toString();
            database.call(handle -> handle.execute("INSERT INTO waybill_identity (id, name) VALUES (1, ?)", name));
        } catch (RuntimeException e) {
            String others = find(); // who has asked at the same time
            if (others == null) {
                throw e;
            }
        }
        return find();
    }

    private String find() {
        return database.call(
                handle -> handle.select(FIND).mapTo(String.class).findOne().orElse(null));
    }
}
