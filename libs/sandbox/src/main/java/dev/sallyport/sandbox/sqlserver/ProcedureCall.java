package dev.sallyport.sandbox.sqlserver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A message RPC ([MS-TDS] 2.2.6.6): one call of a procedure, by number or by name. */
record ProcedureCall(String name, List<Parameter> parameters) {

    private static final int BY_NUMBER = 0xFFFF;
    private static final Map<Integer, String> NUMBERED =
            Map.of(10, "sp_executesql", 12, "sp_execute", 13, "sp_prepexec", 15, "sp_unprepare");

    record Parameter(String name, @Nullable Object value) {}

    static ProcedureCall read(byte[] message) throws IOException {
        Wire in = new Wire(message);
        skipHeaders(in);
        int length = in.u16();
        String name = length == BY_NUMBER ? numbered(in.u16()) : in.text(length);
        in.u16();
        List<Parameter> parameters = new ArrayList<>();
        while (in.hasMore()) {
            String parameter = in.text(in.u8());
            in.u8();
            parameters.add(new Parameter(parameter, in.typedValue()));
        }
        return new ProcedureCall(name, parameters);
    }

    /** ALL_HEADERS ([MS-TDS] 2.2.5.3). */
    static void skipHeaders(Wire in) throws IOException {
        in.skip(in.i32() - Integer.BYTES);
    }

    String text(int index) {
        return index < parameters.size() ? String.valueOf(parameters.get(index).value()) : "";
    }

    int number(int index) {
        return index < parameters.size() && parameters.get(index).value() instanceof Integer number ? number : 0;
    }

    /**
     * The values from {@code first} on, by name.
     *
     * @param declared for instance {@code @P1 nvarchar(4000), @P2 int}: whose values come without names come in this order
     */
    Map<String, @Nullable Object> variables(int first, String declared) {
        List<String> names = new ArrayList<>();
        for (String each : declared.split(",")) {
            names.add(each.strip().split("\\s")[0]);
        }
        Map<String, @Nullable Object> variables = new TreeMap<>();
        for (int i = first; i < parameters.size(); i++) {
            String name = parameters.get(i).name();
            boolean positional = name.isEmpty() && i - first < names.size();
            variables.put(
                    positional ? names.get(i - first) : name, parameters.get(i).value());
        }
        return variables;
    }

    private static String numbered(int number) {
        return NUMBERED.getOrDefault(number, "procedure " + number);
    }
}
