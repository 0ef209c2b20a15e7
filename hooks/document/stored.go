package document

import (
	"errors"
	"io"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/web"
)

// ReadStored reads the file that a record keeps in a field; found is false when it is gone, as after an erasure.
func ReadStored(app core.App, r *core.Record, field string) (raw []byte, found bool, err error) {
	files, err := app.NewFilesystem()
	if err != nil {
		return nil, false, err
	}
	defer files.Close()
	reader, err := files.GetReader(r.BaseFilesPath() + "/" + r.GetString(field))
	if errors.Is(err, filesystem.ErrNotFound) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	defer reader.Close()
	raw, err = io.ReadAll(reader)
	return raw, err == nil, err
}

// ShowStored answers with the record's "file" when it is of one of the kinds (content types), else with the error
// unknown. Nothing of it is kept on the way.
func ShowStored(c *web.Call, r *core.Record, kinds map[string]string, unknown error) error {
	raw, found, err := ReadStored(c.App, r, "file")
	if err != nil {
		return err
	}
	kind := http.DetectContentType(raw)
	if _, ours := kinds[kind]; !found || !ours {
		return unknown
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, kind, raw)
}
