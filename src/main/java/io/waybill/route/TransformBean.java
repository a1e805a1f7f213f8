package io.waybill.route;

import io.waybill.flow.Transform;
import io.waybill.flow.TransformKeys;
import java.util.Map;

/** A {@link Transform} as a bean of a route file. */
public class TransformBean extends KeyedBean {

    public TransformBean() {
        super(TransformKeys.ALL, null);
    }

    /** @throws IllegalArgumentException when it is none; the message says what is wrong */
    Transform toTransform() {
        Transform transform = new Transform(values());
        if (!transform.values().has(TransformKeys.METHOD)) {
            throw new IllegalArgumentException(TransformKeys.METHOD.property() + ": " + TransformKeys.METHOD.missing());
        }
        transform.refusals().stream().findFirst().ifPresent(refusal -> {
            throw new IllegalArgumentException(refusal.asOption().toString());
        });
        return transform;
    }

    /** The bean's properties for a transform. */
    static Map<String, Object> properties(Transform transform) {
        return transform.values().properties(TransformKeys.ALL);
    }
}
