package io.waybill.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Names in one option of a route, separated by commas; a comma or a backslash of a name has a backslash before it. */
public final class NameList {

    private NameList() {}

    public static String join(List<String> names) {
        return names.stream()
                .map(name -> name.replace("\\", "\\\\").replace(",", "\\,"))
                .collect(Collectors.joining(","));
    }

    public static List<String> split(String text) {
        List<String> names = new ArrayList<>();
        StringBuilder name = new StringBuilder();
        for (int i = 0; text != null && i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                name.append(text.charAt(++i));
            } else if (c == ',') {
                names.add(name.toString().trim());
                name.setLength(0);
            } else {
                name.append(c);
            }
        }
        if (!name.toString().isBlank() || !names.isEmpty()) {
            names.add(name.toString().trim());
        }
        return names;
    }
}
