package io.waybill.server.oidc;

import com.nimbusds.jose.jwk.source.RateLimitReachedException;

/** The provider cannot be asked now, so that nobody knows whether what somebody has brought is right. */
public final class ProviderAwayException extends Exception {

    private static final long serialVersionUID = 1L;

    ProviderAwayException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether more is to be said of it than that it was asked for keys a moment ago, which strangers can bring about as often as they like. */
    public boolean isNews() {
        return !(getCause() instanceof RateLimitReachedException);
    }
}
