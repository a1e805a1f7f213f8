package io.waybill.facts;

import java.util.Set;

/**
 * A bound that was seen while transactions were open that may still write below it: it holds once they have all ended.
 *
 * @param bound the highest value that was there, as text
 * @param open the transactions, by their database's names of them
 */
public record Seen(String bound, Set<String> open) {

    public Seen {
        open = Set.copyOf(open);
    }
}
