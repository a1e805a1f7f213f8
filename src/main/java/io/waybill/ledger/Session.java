package io.waybill.ledger;

import java.util.List;

/** Who is logged in by the page. */
public sealed interface Session {

    /** By a token, as it is now. */
    record OfToken(Tokens.Token token) implements Session {}

    /**
     * A user of a provider.
     *
     * @param groups those that they had when they logged in
     */
    record OfUser(Subjects.Subject user, List<String> groups) implements Session {
        public OfUser {
            groups = List.copyOf(groups);
        }
    }
}
