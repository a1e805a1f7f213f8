package io.waybill.delivery;

import static io.waybill.settings.Setting.text;

import io.waybill.flow.Delivery;
import io.waybill.flow.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** What the services of AWS share: how they are come to, and what their client says of failures. */
public abstract class AwsKind extends CamelKind {

    /** Where the service is, and who we are. */
    private static final List<Key<?>> ACCESS = List.of(
            text("endpoint", "another server than AWS").option("uriEndpointOverride"),
            text("region", "").option("region"),
            text("access-key", "who we are").option("accessKey"),
            text("secret-key", "").secret().option("secretKey"),
            text("session-token", "").secret().option("sessionToken"),
            text("profile", "a profile of ~/.aws, with its role").option("profileCredentialsName"));

    /**
     * What a service answers by a status of refusal, and yet passes: a body that came too slowly, or not whole; somebody else's request at the same
     * time; an upload that is gone, also because its completion was done and the answer lost. The file is sent anew then.
     */
    private static final Set<String> PASSING = Set.of(
            "RequestTimeout",
            "RequestTimeoutException",
            "IncompleteBody",
            "BadDigest",
            "ConditionalRequestConflict",
            "OperationAborted",
            "PriorRequestNotComplete",
            "NoSuchUpload");

    protected AwsKind(String scheme, String example, List<Key<?>> settings) {
        super(scheme, example, CommonSettings.join(ACCESS, settings), scheme);
    }

    /** Where nobody says who we are, the SDK looks at the environment, the profile, the container, and the instance. */
    protected static void putAccess(Delivery delivery, Connection connection, Map<String, String> options) {
        if (connection.has("endpoint")) {
            options.put("overrideEndpoint", "true");
        }
        boolean given = delivery.query().contains("accessKey")
                || delivery.options().keySet().stream().anyMatch(option -> option.contains("accessKey"));
        if (connection.has("session-token")) {
            options.put("useSessionCredentials", "true");
        } else if (connection.has("profile")) {
            options.put("useProfileCredentialsProvider", "true");
        } else if (!connection.has("access-key") && !given) {
            options.put("useDefaultCredentialsProvider", "true");
        }
    }

    /** Throttling and what went wrong over there passes; what is wrong with the request stays so. */
    @Override
    public final boolean isLasting(Throwable cause) {
        if (cause instanceof SdkServiceException service) {
            return DeliveryFailure.isLasting(service.statusCode())
                    && !service.isThrottlingException()
                    && !service.isClockSkewException()
                    && !(service instanceof AwsServiceException aws && PASSING.contains(code(aws)));
        }
        String message = String.valueOf(cause.getMessage());
        return cause instanceof SdkClientException
                && (message.contains("Unable to load credentials") || message.contains("Unable to load region"));
    }

    private static String code(AwsServiceException failure) {
        return failure.awsErrorDetails() == null
                ? ""
                : String.valueOf(failure.awsErrorDetails().errorCode());
    }

    /** A reason without what the SDK adds for its own people. */
    @Override
    public final String explained(String reason) {
        return reason.replaceAll(" \\(SDK Attempt Count: \\d+\\)", "");
    }
}
