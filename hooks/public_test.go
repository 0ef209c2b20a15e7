package hooks_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"kpdk/hooks/internal/testapp"
)

// What a browser and a program get for an address that leads nowhere, and as what files are sent.
func TestAnAddressThatLeadsNowhere(t *testing.T) {
	server := testapp.New(t).Serve()
	for _, c := range []struct {
		name, path, accept string
		status             int
		kind, text         string
	}{
		{"a person who mistyped", "/kasirr", "text/html,application/xhtml+xml", http.StatusNotFound, "text/html", "Halaman ini tidak ada"},
		{"a person in a folder", "/anggota/tidak-ada.js", "text/html", http.StatusNotFound, "text/html", "Halaman ini tidak ada"},
		{"a program", "/kasirr", "application/json", http.StatusNotFound, "application/json", `"status":404`},
		{"a person at an unknown route", "/api/coop/nothing", "text/html", http.StatusNotFound, "application/json", `"status":404`},
		{"a person at a page", "/kasir/", "text/html", http.StatusOK, "text/html", `id="app"`},
		{"a phone that installs the till", "/kasir/manifest.json", "*/*", http.StatusOK, "application/json", `"start_url": "/kasir/"`},
		{"a phone that installs the member's page", "/anggota/manifest.json", "*/*", http.StatusOK, "application/json", `"start_url": "/anggota/"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			request, err := http.NewRequest(http.MethodGet, server.URL+c.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", c.accept)
			answer, err := server.Client().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = answer.Body.Close() }()
			body, err := io.ReadAll(answer.Body)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != c.status || !strings.HasPrefix(answer.Header.Get("Content-Type"), c.kind) || !strings.Contains(string(body), c.text) {
				t.Errorf("%d %s %.200s", answer.StatusCode, answer.Header.Get("Content-Type"), body)
			}
		})
	}
}
