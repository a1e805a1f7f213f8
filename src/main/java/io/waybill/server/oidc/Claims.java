package io.waybill.server.oidc;

import com.nimbusds.jwt.JWTClaimsSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Reads from the claims of a token who somebody is. */
record Claims(String groupsClaim) {

    private static final int MOST_NAME = 100;

    /** Whoever is in more has an administrator who would rather make a claim for this. */
    private static final int MOST_GROUPS = 1_000;

    Identity identity(JWTClaimsSet claims) throws NotIdentifiedException {
        return new Identity(claims.getIssuer(), claims.getSubject(), name(claims), groups(claims));
    }

    private static String name(JWTClaimsSet claims) {
        String name = Stream.of("preferred_username", "email", "name", "sub")
                .map(claims::getClaim)
                .filter(value -> value instanceof String text && !text.isBlank())
                .map(String.class::cast)
                .findFirst()
                .orElse("");
        String shown = name.replaceAll("[\\p{Cntrl}\\p{Cf}]", "");
        return shown.length() > MOST_NAME ? shown.substring(0, MOST_NAME) : shown;
    }

    private List<String> groups(JWTClaimsSet claims) throws NotIdentifiedException {
        Object value = claims.getClaim(groupsClaim); // a claim's name may have dots in it
        if (value == null) {
            value = claims.getClaims();
            for (String step : groupsClaim.split("\\.")) {
                value = value instanceof Map<?, ?> object ? object.get(step) : null;
            }
        }
        if (value == null) {
            return List.of();
        }
        if (value instanceof String one) {
            return List.of(one);
        }
        if (value instanceof List<?> list
                && list.size() <= MOST_GROUPS
                && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw new NotIdentifiedException(
                "the token's claim " + groupsClaim + " is not a list of up to " + MOST_GROUPS + " texts");
    }
}
