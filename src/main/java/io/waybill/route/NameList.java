package io.waybill.route;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Names in one endpoint option, separated by commas; a comma or a backslash of a name has a backslash before it. */
final class NameList {

    private NameList() {}

    static String join(List<String> names) {
        return names.stream()
                .map(name -> name.replace("\\", "\\\\").replace(",", "\\,"))
                .collect(Collectors.joining(","));
    }

    static List<String> split(String text) {
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
