package guard_test

import (
	"net/http"
	"testing"

	"kpdk/hooks/internal/act"
	"kpdk/hooks/internal/testapp"
)

// A cashier whose role, password or activity changes is another person at the next request, although
// the till's token was kept in memory.
func TestAKeptTokenIsDroppedWhenTheOperatorChanges(t *testing.T) {
	app := testapp.New(t)
	cashier := app.Operator(act.Cashier)
	server, token := app.Serve(), app.Token(cashier)
	ask := func() int {
		request, err := http.NewRequest(http.MethodGet, server.URL+"/api/coop/store/shifts/current", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	for range 2 {
		if got := ask(); got != http.StatusOK {
			t.Fatalf("a cashier asks for the shift: %d", got)
		}
	}
	cashier.Set("role", "supervisor")
	if err := app.Save(cashier); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got != http.StatusForbidden {
		t.Errorf("with another role: %d", got)
	}
	cashier.Set("role", "cashier")
	cashier.SetPassword("sandi-yang-baru-1")
	if err := app.Save(cashier); err != nil {
		t.Fatal(err)
	}
	if got := ask(); got != http.StatusUnauthorized {
		t.Errorf("after a new password the old token says: %d", got)
	}
}
