"""Pages that handle many entries at once: 本月填报, 审核台, 统计数录入."""
