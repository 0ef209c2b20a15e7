package fault_test

import (
	"errors"
	"fmt"
	"net/http"
	"testing"

	"kpdk/hooks/internal/fault"
)

func TestAFullDiskIsSaidAsWhatItIs(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{fmt.Errorf("act: commit: %w", errors.New("sqlite: step: database or disk is full (SQLITE_FULL)")), http.StatusInsufficientStorage, "disk_full"},
		{errors.New("write /pb_data/storage/x: no space left on device"), http.StatusInsufficientStorage, "disk_full"},
		{errors.New("sql: no rows"), http.StatusInternalServerError, "internal"},
		{fault.Refused("store.total_zero"), http.StatusConflict, "store.total_zero"},
	} {
		if s := fault.Say(c.err, "id"); s.Status != c.status || s.Code != c.code {
			t.Errorf("%v: %d %s", c.err, s.Status, s.Code)
		}
	}
}
