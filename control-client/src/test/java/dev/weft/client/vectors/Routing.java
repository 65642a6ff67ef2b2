package dev.weft.client.vectors;

import com.google.re2j.Pattern;
import dev.weft.model.HeaderMatch;
import dev.weft.model.MeshSnapshot;
import dev.weft.model.OutboundListener;
import dev.weft.model.PathMatch;
import dev.weft.model.QueryMatch;
import dev.weft.model.Route;
import dev.weft.model.RouteConfiguration;
import dev.weft.model.StringMatch;
import dev.weft.model.VirtualHost;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A slow and plain reader of the model by Envoy's rules, to look up what a request would get. */
final class Routing {
  /** Where a request ends up; parts are null when nothing matched. */
  record Found(
      @Nullable RouteConfiguration table, @Nullable VirtualHost host, @Nullable Route route) {}

  private Routing() {}

  static Found find(
      MeshSnapshot s,
      String table,
      String authority,
      String method,
      String path,
      Map<String, String> headers) {
    RouteConfiguration config = s.routes().get(table);
    if (config == null) {
      return new Found(null, null, null);
    }
    String host = authority.toLowerCase(Locale.ROOT);
    int colon = host.lastIndexOf(':');
    if (config.ignorePortInHost() && colon > 0) {
      host = host.substring(0, colon);
    }
    VirtualHost virtualHost = host(config, host);
    if (virtualHost == null) {
      return new Found(config, null, null);
    }
    Map<String, String> all = new HashMap<>();
    headers.forEach((k, v) -> all.put(k.toLowerCase(Locale.ROOT), v));
    all.put(":method", method);
    all.put(":path", path);
    all.put(":authority", authority);
    for (Route route : virtualHost.routes()) {
      if (matches(route, path, all)) {
        return new Found(config, virtualHost, route);
      }
    }
    return new Found(config, virtualHost, null);
  }

  static @Nullable OutboundListener listener(MeshSnapshot s, String address, int port) {
    OutboundListener any = null;
    OutboundListener rest = null;
    for (OutboundListener l : s.listeners()) {
      if (l.name().equals("virtualOutbound")) {
        rest = l;
      } else if (l.port() == port && l.address().equals(address)) {
        return l;
      } else if (l.port() == port && l.address().equals("0.0.0.0")) {
        any = l;
      }
    }
    return any == null ? rest : any;
  }

  private static @Nullable VirtualHost host(RouteConfiguration config, String host) {
    VirtualHost best = null;
    int score = -1;
    for (VirtualHost v : config.virtualHosts()) {
      for (String domain : v.domains()) {
        int s = -1;
        if (domain.equals(host)) {
          s = 1_000_000;
        } else if (domain.equals("*")) {
          s = 0;
        } else if (domain.startsWith("*") && host.endsWith(domain.substring(1))) {
          s = 100_000 + domain.length();
        } else if (domain.endsWith("*")
            && host.startsWith(domain.substring(0, domain.length() - 1))) {
          s = domain.length();
        }
        if (s > score) {
          score = s;
          best = v;
        }
      }
    }
    return best;
  }

  private static boolean matches(Route route, String pathAndQuery, Map<String, String> headers) {
    int q = pathAndQuery.indexOf('?');
    String path = q < 0 ? pathAndQuery : pathAndQuery.substring(0, q);
    if (!path(route.match().path(), path)) {
      return false;
    }
    for (HeaderMatch h : route.match().headers()) {
      if (header(h, headers.get(h.name())) == h.invert()) {
        return false;
      }
    }
    Map<String, String> query = new HashMap<>();
    if (q >= 0) {
      for (String part : pathAndQuery.substring(q + 1).split("&")) {
        String[] kv = part.split("=", 2);
        query.put(kv[0], kv.length == 2 ? kv[1] : "");
      }
    }
    for (QueryMatch m : route.match().query()) {
      String value = query.get(m.name());
      StringMatch match = m.value();
      if (value == null || match != null && !string(match, value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean header(HeaderMatch h, @Nullable String value) {
    if (h.condition() instanceof HeaderMatch.Condition.Present p) {
      return p.present() == (value != null);
    }
    return value != null
        && h.condition() instanceof HeaderMatch.Condition.Value v
        && string(v.match(), value);
  }

  private static boolean path(PathMatch match, String path) {
    if (match instanceof PathMatch.Exact p) {
      return p.caseSensitive() ? p.path().equals(path) : p.path().equalsIgnoreCase(path);
    } else if (match instanceof PathMatch.Prefix p) {
      return path.regionMatches(!p.caseSensitive(), 0, p.prefix(), 0, p.prefix().length());
    } else if (match instanceof PathMatch.Regex r) {
      return Pattern.matches(r.regex(), path);
    }
    return false;
  }

  private static boolean string(StringMatch match, String value) {
    if (match instanceof StringMatch.Exact e) {
      return e.ignoreCase() ? e.value().equalsIgnoreCase(value) : e.value().equals(value);
    } else if (match instanceof StringMatch.Prefix p) {
      return value.startsWith(p.value());
    } else if (match instanceof StringMatch.Regex r) {
      return Pattern.matches(r.regex(), value);
    }
    return false;
  }
}
