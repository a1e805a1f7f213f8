package io.waybill.rows;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** Objects that answer a few calls of their own, and leave all others to the object that they stand for. */
public final class Forwarding {

    /** What a call comes to. */
    @FunctionalInterface
    public interface Calls {
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private Forwarding() {}

    /** An object of an interface. */
    public static <T> T of(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                Forwarding.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> calls.answer(method, arguments)));
    }

    /** Leaves a call to another object. */
    public static Object to(Object other, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(other, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
