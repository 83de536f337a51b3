"""The pages of many entries: 本月填报, 审核台, 统计数录入."""
