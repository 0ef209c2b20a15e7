package template

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"kpdk/hooks/internal/fault"
)

// takeTimeout is how long another co-op may take to hand over its template.
const takeTimeout = 10 * time.Second

// exportPath is where every co-op offers its template.
const exportPath = "/api/coop/template"

// Take reads a signed bundle from a co-op's address or a file, and checks its signature and every field.
func Take(ctx context.Context, from string) (Signed, Bundle, error) {
	raw, err := open(ctx, from)
	if err != nil {
		return Signed{}, Bundle{}, err
	}
	defer raw.Close()
	data, err := io.ReadAll(io.LimitReader(raw, maxBundle+1))
	if err != nil {
		return Signed{}, Bundle{}, fault.Bad("template.unreachable", fault.Params{"from": clip(from)})
	}
	if len(data) > maxBundle {
		return Signed{}, Bundle{}, fault.TooLarge("template.too_large")
	}
	return Read(data)
}

// Read opens a signed bundle.
func Read(data []byte) (Signed, Bundle, error) {
	var s Signed
	var b Bundle
	if json.Unmarshal(data, &s) != nil || len(s.Bundle) == 0 {
		return s, b, fault.Bad("template.unreadable")
	}
	if err := s.Verify(); err != nil {
		return s, b, err
	}
	if json.Unmarshal(s.Bundle, &b) != nil || !isText(s.From, 1, 120) {
		return s, b, fault.Bad("template.unreadable")
	}
	return s, b, b.Check()
}

func open(ctx context.Context, from string) (io.ReadCloser, error) {
	if !strings.HasPrefix(from, "http://") && !strings.HasPrefix(from, "https://") {
		info, err := os.Stat(from)
		if err != nil || info.IsDir() {
			return nil, fault.Bad("file.missing", fault.Params{"file": clip(from)})
		}
		return os.Open(from)
	}
	u, err := url.Parse(from)
	if err != nil || u.Host == "" {
		return nil, fault.Bad("template.unreachable", fault.Params{"from": clip(from)})
	}
	if !strings.HasSuffix(u.Path, exportPath) {
		u.Path = strings.TrimSuffix(u.Path, "/") + exportPath // the co-op's own address is enough
	}
	ask, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Timeout: takeTimeout, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) >= 3 || via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
			return errors.New("too many redirects, or one to a lesser door")
		}
		return nil
	}}
	answer, err := client.Do(ask)
	if err != nil || answer.StatusCode != http.StatusOK {
		if err == nil {
			_ = answer.Body.Close()
		}
		return nil, fault.Bad("template.unreachable", fault.Params{"from": clip(from)})
	}
	return answer.Body, nil
}
