package document

import (
	"errors"
	"io"
	"net/http"

	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/filesystem"

	"kpdk/hooks/internal/act"
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

// Kinds are the content types that a file may be of, each with the ending of its name.
type Kinds map[string]string

// ReadKind reads the record's "file" when it is of one of the kinds, else it gives the error unknown.
func (k Kinds) ReadKind(app core.App, r *core.Record, unknown error) (raw []byte, kind string, err error) {
	raw, found, err := ReadStored(app, r, "file")
	kind = http.DetectContentType(raw)
	if err == nil && (!found || k[kind] == "") {
		err = unknown
	}
	return raw, kind, err
}

// Keep stores a file in a new record of a collection, inside an act with records. Its name is ours: the one that the
// sender's device gave may name a person.
func Keep(tx *act.Tx, collection, name string, data []byte, values map[string]any) (*core.Record, error) {
	file, err := filesystem.NewFileFromBytes(data, name)
	if err != nil {
		return nil, err
	}
	c, err := tx.App().FindCachedCollectionByNameOrId(collection)
	if err != nil {
		return nil, err
	}
	r := core.NewRecord(c)
	r.Load(values)
	r.Set("file", file)
	return r, tx.App().Save(r)
}

// ShowStored answers with the record's "file" when it is of one of the kinds, else with the error unknown. Nothing of
// it is kept on the way.
func (k Kinds) ShowStored(c *web.Call, r *core.Record, unknown error) error {
	raw, kind, err := k.ReadKind(c.App, r, unknown)
	if err != nil {
		return err
	}
	c.Response.Header().Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, kind, raw)
}
