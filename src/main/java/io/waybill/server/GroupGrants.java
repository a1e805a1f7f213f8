package io.waybill.server;

import io.waybill.server.oidc.Identity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the groups of a provider's users may do: {@code sales = create@namespace:sales, download@*; admins = admin@*}.
 *
 * @param byGroup the grants of a group, by its name
 */
record GroupGrants(Map<String, List<Grant>> byGroup) {

    /**
     * Reads them. The name of a group ends at the first {@code =} with blanks around it, since some have others in them: {@code
     * cn=sales,dc=example = view@*}.
     *
     * @throws IllegalArgumentException when one is not understood; the message says which
     */
    static GroupGrants parse(String text) {
        Map<String, List<Grant>> grants = new LinkedHashMap<>();
        for (String line : text.split(";")) {
            if (line.isBlank()) {
                continue;
            }
            int equals = equals(line);
            String group = equals < 0 ? "" : line.substring(0, equals).strip();
            if (group.isEmpty()) {
                throw new IllegalArgumentException(
                        "\"" + line.strip()
                                + "\" does not say whose it is; write GROUP = GRANT, for example sales = create@namespace:sales");
            }
            if (group.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException(
                        "the name of a group has a line break, or another control character");
            }
            try {
                grants.merge(group, Grant.parse(line.substring(equals + 1)), GroupGrants::both);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("group \"" + group + "\": " + e.getMessage(), e);
            }
        }
        if (grants.isEmpty()) {
            throw new IllegalArgumentException("no group may do anything; write GROUP = GRANT; GROUP = GRANT");
        }
        return new GroupGrants(grants);
    }

    private static int equals(String line) {
        int apart = line.indexOf(" = ");
        return apart >= 0 ? apart + 1 : line.indexOf('=');
    }

    private static List<Grant> both(List<Grant> one, List<Grant> other) {
        List<Grant> all = new ArrayList<>(one);
        all.addAll(other);
        return all;
    }

    /** What a user may do. */
    List<Grant> of(Identity identity) {
        return identity.groups().stream()
                .distinct()
                .flatMap(group -> byGroup.getOrDefault(group, List.of()).stream())
                .distinct()
                .toList();
    }

    /** The names of all groups. */
    List<String> groups() {
        return byGroup.keySet().stream().toList();
    }
}
